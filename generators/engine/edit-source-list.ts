import type MagicString from 'magic-string';
import {
  endOfLineOrHere,
  indentationAt,
  type List,
  lineBreakBefore,
  type Placed,
  type Source,
  skipTrivia,
  startOfLine,
} from './edit-source.ts';

interface Item extends Placed<object> {}

/**
 * Puts an item at the end of an array or object literal, as its author would: on a line of its own where the others are,
 * with a trailing comma where there was one, behind a comment that belongs to the last item. Nothing is moved.
 */
export function insertItem(edit: MagicString, source: Source, list: List, item: string): void {
  const { text, style } = source;
  const last = itemsOf(list).at(-1);
  if (!last) {
    insertFirst(edit, source, list, item);
    return;
  }
  const comma = commaAfter(text, last);
  const onLines = text.slice(list.start, itemsOf(list)[0].start).includes('\n');
  if (!onLines) {
    if (breakOntoLines(edit, source, list, item)) return;
    if (comma === undefined) edit.appendLeft(last.end, `, ${item}`);
    else edit.appendLeft(comma + 1, ` ${item},`);
    return;
  }
  const indent = /^[ \t]*/.exec(text.slice(startOfLine(text, last.start)))?.[0] ?? '';
  const line = `${style.eol}${indent}${item}`;
  if (comma === undefined) {
    edit.appendLeft(last.end, ',');
    edit.appendLeft(endOfLineOrHere(text, last.end), line);
  } else edit.appendLeft(endOfLineOrHere(text, comma + 1), `${line},`);
}

/** The longest line there is in a project as it is made. */
const longestLine = 140;

/** Where the line would become too long, each item of the list gets a line of its own; not where comments stand between them. */
function breakOntoLines(edit: MagicString, { text, style }: Source, list: List, item: string): boolean {
  const lineEnd = text.slice(list.end).search(/\r?\n|$/) + list.end;
  if (lineEnd - startOfLine(text, list.start) + `, ${item}`.length <= longestLine) return false;
  const items = itemsOf(list);
  const edges = [list.start + 1, ...items.flatMap(({ start, end }) => [start, end]), list.end - 1];
  const gaps = items.concat(items[0]).map((_, index) => [edges[2 * index], edges[2 * index + 1]] as const);
  if (gaps.some(([start, end]) => !/^\s*,?\s*$/.test(text.slice(start, end)))) return false;
  const margin = /^[ \t]*/.exec(text.slice(startOfLine(text, list.start)))?.[0] ?? '';
  const line = `${style.eol}${margin}${style.indent}`;
  gaps.forEach(([start, end], index) => {
    const isLast = index === items.length;
    const between = isLast ? `,${line}${item},${style.eol}${margin}` : `${index === 0 ? '' : ','}${line}`;
    if (start === end) edit.appendLeft(start, between);
    else edit.overwrite(start, end, between);
  });
  return true;
}

/** Takes an item out again: after `insertItem` and `removeItem` the text is what it was. */
export function removeItem(edit: MagicString, { text }: Source, list: List, index: number): void {
  const items = itemsOf(list);
  const item = items[index];
  const comma = commaAfter(text, item);
  const end = comma === undefined ? item.end : comma + 1;
  const lineEnd = endOfLineOrHere(text, end);
  const aloneOnLine = indentationAt(text, item.start) !== undefined && /[\r\n]/.test(text[lineEnd] ?? '');
  if (aloneOnLine) edit.remove(lineBreakBefore(text, item.start), lineEnd);
  else if (items.length === 1) {
    const [open, close] = [list.start + 1, list.end - 1];
    const padded = list.type === 'ObjectExpression' && text.slice(open, item.start) === ' ' && text.slice(end, close) === ' ';
    if (padded) edit.remove(open, close);
    else edit.remove(item.start, end);
  } else if (index === 0) edit.remove(item.start, items[1].start);
  else edit.remove(startOfSpace(text, item.start), end);
  const before = items[index - 1];
  // The last item had no comma: the one before it gave its own away.
  if (before && comma === undefined) {
    const given = commaAfter(text, before);
    if (given !== undefined) edit.remove(given, given + 1);
  }
}

/** What stands in a list, in order. */
export function itemsOf(list: List): Item[] {
  return (list.type === 'ArrayExpression' ? list.elements : list.properties) as unknown as Item[];
}

function insertFirst(edit: MagicString, { text, style }: Source, list: List, item: string): void {
  const close = list.end - 1;
  const inner = text.slice(list.start + 1, close);
  const closing = indentationAt(text, close);
  if (closing !== undefined && inner.includes('\n')) {
    edit.appendLeft(lineBreakBefore(text, close), `${style.eol}${closing}${style.indent}${item},`);
  } else edit.appendLeft(close, list.type === 'ObjectExpression' && inner === '' ? ` ${item} ` : item);
}

function commaAfter(text: string, item: Item): number | undefined {
  const next = skipTrivia(text, item.end);
  return text[next] === ',' ? next : undefined;
}

function startOfSpace(text: string, position: number): number {
  let start = position;
  while (/\s/.test(text[start - 1] ?? '')) start--;
  return start;
}
