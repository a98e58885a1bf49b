import { type Html, html } from '../html.ts';
import { style } from '../style.ts';
import { compressionStyle } from './compression-style.ts';

/** A page that loads nothing: one file with everything in it. */
export function compressionPage(title: string, about: string, content: Html, head?: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title><style>${style}${compressionStyle}</style></head>
<body><main><header><h1>${title}</h1><p class="muted">${about}</p>${head}</header>
${content}
</main></body></html>
`.text;
}
