import MagicString from 'magic-string';
import { type List, openSource, type Source, unwrap } from './edit-source.ts';
import { insertItem, itemsOf, removeItem } from './edit-source-list.ts';

/** What a module puts into package.json: section -> key -> value. */
export type PackageEntries = Readonly<Partial<Record<PackageSection, Readonly<Record<string, string>>>>>;
type PackageSection = 'scripts' | 'dependencies' | 'devDependencies';

/** Sections of which a package stands in one. */
const packageSections: readonly string[] = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * Adds entries by insertions only: packages to their place in the order, scripts at the end. What is there keeps its value, a package in
 * another section too. Undefined where the text is no JSON object.
 */
export function addPackageEntries(text: string, entries: PackageEntries): string | undefined {
  let result: string | undefined = text;
  for (const [section, key, value] of listed(entries)) {
    if (result !== undefined) result = addEntry(result, section, key, value);
  }
  return result;
}

/** Takes entries out that have the value they were added with; a section that was empty before stays. */
export function removePackageEntries(text: string, entries: PackageEntries): string {
  let result = text;
  for (const [section, key, value] of listed(entries)) {
    if (packageEntry(result, section, key) === value) result = removeEntry(result, section, key);
  }
  return result;
}

/** The value of an entry; undefined where there is none. */
export function packageEntry(text: string, section: string, key: string): string | undefined {
  try {
    const fields = JSON.parse(text.replace(/^\ufeff/, ''))?.[section];
    return typeof fields === 'object' && fields !== null && Object.hasOwn(fields, key) ? String(fields[key]) : undefined;
  } catch {
    return undefined;
  }
}

function listed(entries: PackageEntries): (readonly [PackageSection, string, string])[] {
  return Object.entries(entries).flatMap(([section, fields]) =>
    Object.entries(fields).map(([key, value]) => [section as PackageSection, key, value] as const),
  );
}

function addEntry(text: string, section: PackageSection, key: string, value: string): string | undefined {
  const sections = section === 'scripts' ? [section] : packageSections;
  if (sections.some((one) => packageEntry(text, one, key) !== undefined)) return text;
  return edited(text, (edit, source, root) => {
    const line = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const list = listNamed(root, section);
    if (!list) {
      const { eol, indent } = source.style;
      insertItem(edit, source, root, `${JSON.stringify(section)}: {${eol}${indent}${indent}${line}${eol}${indent}}`);
      return;
    }
    const next = section === 'scripts' ? undefined : itemsOf(list).find((item) => keyOf(item) > key);
    const last = itemsOf(list).at(-1);
    if (next) edit.appendLeft(next.start, `${line},${spaceBefore(source.text, next.start)}`);
    else if (last && !source.text.slice(list.start, last.start).includes('\n')) edit.appendLeft(last.end, `, ${line}`);
    else insertItem(edit, source, list, line);
  });
}

function removeEntry(text: string, section: PackageSection, key: string): string {
  const without = edited(text, (edit, source, root) => {
    const list = listNamed(root, section);
    const index = list ? itemsOf(list).findIndex((item) => keyOf(item) === key) : -1;
    if (list && index >= 0) removeItem(edit, source, list, index);
  });
  return without ?? text;
}

/** The text after an edit of its syntax tree; undefined where it is no JSON object, before or after. */
function edited(text: string, change: (edit: MagicString, source: Source, root: List) => void): string | undefined {
  const source = openSource(`(${text}\n)`);
  const statement = source?.statements[0];
  const root = statement?.type === 'ExpressionStatement' ? unwrap(statement.expression) : undefined;
  if (!source || root?.type !== 'ObjectExpression') return undefined;
  const edit = new MagicString(source.text);
  change(edit, source, root as List);
  const result = edit.toString().slice(1, -2);
  return isJson(result) ? result : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''));
    return true;
  } catch {
    return false;
  }
}

function listNamed(root: List, name: string): List | undefined {
  const item = itemsOf(root).find((one) => keyOf(one) === name) as { value?: { type: string } } | undefined;
  const value = unwrap(item?.value);
  return value?.type === 'ObjectExpression' ? (value as List) : undefined;
}

function keyOf(item: object): string {
  return String((item as { key?: { value?: unknown } }).key?.value);
}

/** The line break and the indentation in front of an item, or the space between two on one line. */
function spaceBefore(text: string, position: number): string {
  return /\s*$/.exec(text.slice(0, position))?.[0] || ' ';
}
