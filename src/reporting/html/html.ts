/** A piece of HTML that is safe to put into a page as it is. Only `html` makes one. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | false | undefined | null | readonly Value[];

/**
 * Writes HTML: every value that is put in is escaped, for text and for attributes in quotes, except what `html` made itself.
 * Lists are joined; `false`, `null` and `undefined` are nothing. Names of classes and columns may be anything, so nothing else builds HTML.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.reduce((text, part, i) => text + write(values[i - 1]) + part));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function write(value: Value): string {
  if (value instanceof Html) return value.text;
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'object') return value.map(write).join('');
  // Control characters show nothing, and NUL is no character of HTML.
  return String(value).replace(/[&<>"']|(?![\n\t])\p{Control}/gu, (letter) => entities[letter] ?? '\ufffd');
}
