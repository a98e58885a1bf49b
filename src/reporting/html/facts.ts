import { type Html, html } from './html.ts';

/** Names and values; a long list stands in two columns. */
export function facts(entries: readonly (readonly [string, string])[]): Html {
  if (entries.length > 16) {
    const half = Math.ceil(entries.length / 2);
    return html`<div class="grid">${factTable(entries.slice(0, half))}${factTable(entries.slice(half))}</div>`;
  }
  return factTable(entries);
}

function factTable(entries: readonly (readonly [string, string])[]): Html {
  return html`<div class="scroll"><table class="facts"><tbody>${entries.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`)}</tbody></table></div>`;
}
