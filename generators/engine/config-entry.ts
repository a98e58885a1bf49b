import MagicString from 'magic-string';
import { constant, type Expression, type List, openSource, type Source, unwrap } from './edit-source.ts';
import { insertItem, itemsOf, removeItem } from './edit-source-list.ts';

/** What a module puts into config.ts. */
export interface ConfigEntry {
  /** The keys that lead to the object or array: `['training', 'metrics']`. */
  readonly path: readonly string[];
  /** The key in an object, the text in an array. */
  readonly name: string;
}

/** How the entry stands in the file: not at all, as `addConfigEntry` wrote it, or otherwise. */
export type ConfigEntryState = 'absent' | 'untouched' | 'changed';

/** Adds `name: {}` to an object, or `'name'` to an array, of the default export; undefined where there is none to add to. */
export function addConfigEntry(text: string, entry: ConfigEntry): string | undefined {
  const source = openSource(text);
  const list = source && listAt(source, entry.path);
  if (!source || !list) return undefined;
  if (indexOf(list, entry.name) >= 0) return text;
  const edit = new MagicString(text);
  insertItem(edit, source, list, write(source, list, entry.name));
  return openSource(edit.toString()) && edit.toString();
}

/** Takes the entry out again, whatever it holds by now; the same text where it is not there. */
export function removeConfigEntry(text: string, entry: ConfigEntry): string {
  const source = openSource(text);
  const list = source && listAt(source, entry.path);
  const index = list ? indexOf(list, entry.name) : -1;
  if (!source || !list || index < 0) return text;
  const edit = new MagicString(text);
  removeItem(edit, source, list, index);
  return openSource(edit.toString()) ? edit.toString() : text;
}

export function configEntryState(text: string, entry: ConfigEntry): ConfigEntryState {
  const source = openSource(text);
  const list = source && listAt(source, entry.path);
  const index = list ? indexOf(list, entry.name) : -1;
  if (!source || !list || index < 0) return 'absent';
  const item = itemsOf(list)[index];
  return text.slice(item.start, item.end) === write(source, list, entry.name) ? 'untouched' : 'changed';
}

/** Whether a file says `'name'` somewhere: config.ts that names a model, an experiment that names a loss. */
export function namesPart(text: string, name: string): boolean {
  return new RegExp(`(['"\`])${name}\\1`).test(text.replace(/\/\*[\s\S]*?\*\/|(^|[^:])\/\/.*/g, '$1'));
}

function write({ style }: Source, list: List, name: string): string {
  return list.type === 'ObjectExpression' ? `${name}: {}` : `${style.quote}${name}${style.quote}`;
}

function listAt(source: Source, path: readonly string[]): List | undefined {
  let value = defaultExport(source);
  for (const key of path) {
    if (value?.type !== 'ObjectExpression') return undefined;
    const property = value.properties.find((one) => one.type === 'ObjectProperty' && keyOf(one) === key);
    value = property?.type === 'ObjectProperty' ? unwrap(property.value) : undefined;
  }
  const isList = value?.type === 'ObjectExpression' || (value?.type === 'ArrayExpression' && value.elements.every(Boolean));
  return isList ? (value as List) : undefined;
}

/** The object that a config exports: by itself, as the argument of `defineConfig`, or by the name of a constant. */
function defaultExport({ statements }: Source): Expression | undefined {
  const statement = statements.find((one) => one.type === 'ExportDefaultDeclaration');
  let value = statement?.type === 'ExportDefaultDeclaration' ? unwrap(statement.declaration) : undefined;
  if (value?.type === 'Identifier') value = constant(statements, value.name);
  return value?.type === 'CallExpression' ? unwrap(value.arguments[0]) : value;
}

function indexOf(list: List, name: string): number {
  return itemsOf(list).findIndex((item) => keyOf(item) === name || ('value' in item && item.value === name));
}

/** The key of a property, quoted or not; undefined for anything else. */
function keyOf(item: object): string | undefined {
  const { key, computed } = item as { key?: { type: string; name?: string; value?: unknown }; computed?: boolean };
  if (!key || computed) return undefined;
  return key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? String(key.value) : undefined;
}
