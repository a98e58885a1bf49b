import MagicString from 'magic-string';
import { constant, type List, openSource, type Source } from './edit-source.ts';
import { boundNames, findImport, insertImport, removeImport } from './edit-source-imports.ts';
import { insertItem, itemsOf, removeItem } from './edit-source-list.ts';

/** One entry of a list such as `export const callbacks = [slackMessage] as const;`. */
export interface RegistryEntry {
  /** The constant that holds the list: `callbacks`. */
  readonly list: string;
  /** `slackMessage` */
  readonly name: string;
  /** The module it is imported from: `./slack-message.ts`. */
  readonly from: string;
}

/**
 * Puts an entry into a list and imports it, by insertions only. The same text where that is done already; undefined
 * where the file has no such list, or means something else by the name.
 */
export function register(text: string, entry: RegistryEntry): string | undefined {
  const source = openSource(text);
  if (!source) return undefined;
  const list = listOf(source, entry.list);
  const imported = findImport(source, entry.name, entry.from);
  // What is imported but stands in no list that we know was put in by hand.
  if (!list) return imported && text;
  const edit = new MagicString(text);
  if (!imported && boundNames(source).has(entry.name)) return undefined;
  if (!imported) insertImport(edit, source, entry.name, entry.from);
  if (indexOf(list, entry.name) < 0) insertItem(edit, source, list, entry.name);
  return checked(edit);
}

/** Takes an entry out of its list, with its import. The same text where neither is there; undefined where that cannot be done. */
export function unregister(text: string, entry: RegistryEntry): string | undefined {
  const source = openSource(text);
  if (!source) return undefined;
  const edit = new MagicString(text);
  const imported = findImport(source, entry.name, entry.from);
  const list = listOf(source, entry.list);
  const index = list ? indexOf(list, entry.name) : -1;
  if (!imported) return boundNames(source).has(entry.name) || index < 0 ? text : undefined;
  if (list && index >= 0) removeItem(edit, source, list, index);
  removeImport(edit, source, imported);
  return checked(edit, entry.name);
}

function listOf(source: Source, name: string): List | undefined {
  const value = constant(source.statements, name, true);
  // A hole (`[a, , b]`) is nothing an item could stand behind.
  return value?.type === 'ArrayExpression' && value.elements.every(Boolean) ? (value as List) : undefined;
}

function indexOf(list: List, name: string): number {
  return itemsOf(list).findIndex((item) => 'name' in item && item.name === name);
}

/** The edited text; undefined if it is not sound, or still uses what is no longer imported. */
function checked(edit: MagicString, removed?: string): string | undefined {
  const text = edit.toString();
  const bare = removed && text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|(['"])(?:(?!\1).)*\1/g, '');
  if (bare && new RegExp(`(?<![\\w$])${removed}(?![\\w$])`).test(bare)) return undefined;
  return openSource(text) && text;
}
