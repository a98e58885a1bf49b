import { type Html, html } from './html.ts';
import { style } from './style.ts';

export interface PageParts {
  /** Also what the tab of the browser shows. */
  readonly title: string;
  /** Behind the title: `failed`. @default nothing */
  readonly status?: Html;
  /** One line below it. */
  readonly about: string;
  /** Below that: errors, and the numbers one looks for first. @default nothing */
  readonly head?: Html | readonly (Html | false | undefined | '')[];
  readonly content: Html;
  /** What this kind of report has beside the look of all. @default nothing */
  readonly ownStyle?: Html;
}

/** A page that loads nothing: one file with everything in it, without scripts, which a content security policy forbids besides. */
export function page({ title, status, about, head, content, ownStyle }: PageParts): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title><style>${style}${ownStyle}</style></head>
<body><main><header><h1>${title}${status}</h1>
<p class="muted">${about}</p>${head}</header>
${content}
</main></body></html>
`.text;
}
