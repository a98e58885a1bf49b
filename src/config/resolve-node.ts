import { DlError } from '../core/errors.ts';
import { findByName } from '../core/registry.ts';
import { describeAllowed } from './describe-schema.ts';
import { isPlainObject } from './option-schema.ts';
import { parseValue } from './parse-value.ts';
import type { Part } from './part.ts';
import type { Problems } from './problems.ts';
import {
  optionNodes,
  type PartListNode,
  type PartNode,
  type SettingNode,
  type SettingNodes,
  type SwitchesNode,
  type ValueNode,
} from './setting-tree.ts';
import { showKey, showValue } from './show-value.ts';
import { settingOfOther } from './unknown-setting.ts';

/** One `key=value`, on its way down the tree. */
export interface Change {
  /** As it was typed. */
  readonly key: string;
  /** What is left of the key below the current node. */
  readonly rest: readonly string[];
  readonly value: unknown;
}

export interface ResolveContext {
  /** Put before problems of the config itself: `config.ts: `. */
  readonly source: string;
  /** Put before problems of the changes: `experiments/quick.ts: `; empty where they were typed, and then texts are read. */
  readonly changesSource: string;
  readonly problems: Problems;
  /** Lines for the user. */
  readonly notes: string[];
}

type Settings = Record<string, unknown>;

/**
 * The value of one node: what the config gives, changed by the command line, else the default.
 * Never throws: problems are collected, and what is wrong keeps its default.
 *
 * @param path dotted key of the node  @param given what the config says of it, if anything
 */
export function resolveNode(node: SettingNode, path: string, given: unknown, changes: readonly Change[], context: ResolveContext): unknown {
  switch (node.kind) {
    case 'value':
      return resolveValue(node, path, given, changes, context);
    case 'group':
      return resolveChildren(node.children, path, given, changes, context);
    case 'part':
      return resolvePart(node, path, given, changes, context);
    case 'partList':
      return resolvePartList(node, path, given, changes, context);
    case 'switches':
      return resolveSwitches(node, path, given, changes, context);
  }
}

function resolveValue(node: ValueNode, path: string, given: unknown, changes: readonly Change[], context: ResolveContext): unknown {
  const { schema } = node;
  const { problems, source, changesSource } = context;
  let value = node.fallback;
  if (given !== undefined) {
    const result = schema.safeParse(given);
    if (result.success) value = result.data;
    else problems.addWrongValue(source + path, schema, given);
  } else if (value === undefined && changes.length === 0 && !schema.safeParse(undefined).success) {
    problems.add(`${source}${path} is missing (${describeAllowed(schema)}).`);
  }
  for (const change of changes) {
    const read = change.rest.length > 0 ? undefined : readChange(change.value, schema, context);
    if (read) value = read.value;
    else if (change.rest.length > 0) problems.addUnknown(change.key, changesSource);
    else problems.addWrongValue(changesSource + showKey(change.key), schema, change.value);
  }
  return structuredClone(value);
}

function readChange(
  value: unknown,
  schema: ValueNode['schema'],
  { changesSource }: ResolveContext,
): { readonly value: unknown } | undefined {
  if (typeof value === 'string' && changesSource === '') return parseValue(value, schema);
  const result = schema.safeParse(value);
  return result.success ? { value: result.data } : undefined;
}

/** @param chosen the part whose options these are, for messages */
function resolveChildren(
  nodes: SettingNodes,
  path: string,
  given: unknown,
  allChanges: readonly Change[],
  context: ResolveContext,
  chosen?: { readonly node: PartNode; readonly name: string },
): Settings {
  const { problems, source, changesSource } = context;
  const changes = allChanges.flatMap(perKey);
  const keyOf = (name: string) => (path ? `${path}.${name}` : name);
  const values = asSettings(given, path, context);
  const refuse = (key: string, option: string, from: string) => {
    const line = chosen && settingOfOther(key, option, chosen.node, chosen.name);
    if (line) problems.add(from + line);
    else problems.addUnknown(key, from);
  };
  for (const key of Object.keys(values)) if (!nodes.has(key) && values[key] !== undefined) refuse(keyOf(key), key, source);
  for (const { key, rest } of changes) {
    if (rest.length === 0)
      problems.add(`${changesSource}${showKey(key)} holds several settings: ${[...nodes.keys()].map(keyOf).join(', ')}.`);
    else if (!nodes.has(rest[0])) refuse(key, rest.join('.'), changesSource);
  }
  const resolved: Settings = {};
  for (const [name, node] of nodes) {
    resolved[name] = resolveNode(node, keyOf(name), own(values, name), below(name, changes), context);
  }
  return resolved;
}

function resolvePart(node: PartNode, path: string, given: unknown, allChanges: readonly Change[], context: ResolveContext): Settings {
  const { name: nameBefore, ...values } = typeof given === 'string' ? { name: given } : asSettings(given, path, context);
  const changes = allChanges.flatMap(asNamed);
  const nameChange = below('name', changes).at(-1);
  const entry = findEntry(node, path, nameChange, nameBefore, context);
  if (!entry) return { name: nameChange?.value ?? nameBefore };

  const options = optionNodes(entry.defaults, entry.schema);
  const replaced = nameBefore !== undefined && nameBefore !== entry.name;
  const kept = replaced ? Object.fromEntries(Object.entries(values).filter(([key]) => node.shared.has(key))) : values;
  const optionChanges = changes.filter((change) => change.rest[0] !== 'name');
  const chosen = { node, name: entry.name };
  const resolved = resolveChildren(new Map([...options, ...node.shared, ...options]), path, kept, optionChanges, context, chosen);
  if (replaced) {
    const defaults = [...options.keys()].filter((option) => below(option, optionChanges).length === 0);
    const shown = defaults.map((option) => `${option} ${showValue(resolved[option])}`).join(', ');
    if (shown) context.notes.push(`${path}.name=${entry.name}: its own defaults are used (${shown})`);
  }
  return { name: entry.name, ...resolved };
}

function findEntry(node: PartNode, path: string, change: Change | undefined, name: unknown, context: ResolveContext): Part | undefined {
  const from = change ? context.changesSource : context.source;
  const where = `${from}${change ? showKey(change.key) : path}: `;
  const wanted = change ? change.value : name;
  const known = node.entries.map((entry) => entry.name).join(', ');
  if (typeof wanted !== 'string') {
    const came = wanted === undefined ? 'is missing' : `must be a text, not ${showValue(wanted)}`;
    context.problems.add(`${from}${path}.name ${came}. Known: ${known}.`);
    return undefined;
  }
  try {
    return findByName(node.family, node.entries, wanted.length > 60 ? showValue(wanted) : wanted);
  } catch (error) {
    if (!(error instanceof DlError)) throw error;
    context.problems.add(where + error.message);
    return undefined;
  }
}

function resolvePartList(
  node: PartListNode,
  path: string,
  given: unknown,
  changes: readonly Change[],
  context: ResolveContext,
): Settings[] {
  let list: unknown = given ?? [];
  let from = context;
  for (const { key, rest, value } of changes) {
    const example = node.item.entries.slice(0, 2).map((entry) => entry.name);
    if (rest.length > 0)
      context.problems.add(`${context.changesSource}${showKey(key)}: ${path} is a list; give it whole: ${path}=${example.join(',')}`);
    else {
      list = typeof value === 'string' && context.changesSource === '' ? readNames(value) : value;
      from = { ...context, source: context.changesSource };
    }
  }
  if (!Array.isArray(list)) {
    context.problems.add(`${from.source}${path} must be a list of names, not ${showValue(list)}.`);
    return [];
  }
  return list.map((item) => resolvePart(node.item, path, item, [], from));
}

function resolveSwitches(
  node: SwitchesNode,
  path: string,
  allGiven: unknown,
  allChanges: readonly Change[],
  context: ResolveContext,
): Settings {
  const values = asSettings(allGiven, path, context);
  const changes = allChanges.flatMap(perKey);
  const names = node.entries.map((entry) => entry.name);
  for (const key of Object.keys(values)) if (!names.includes(key)) context.problems.addUnknown(`${path}.${key}`, context.source);
  for (const change of changes) if (!names.includes(change.rest[0])) context.problems.addUnknown(change.key, context.changesSource);
  const resolved: Settings = {};
  for (const entry of node.entries) {
    const given = own(values, entry.name) ?? (node.on.includes(entry.name) ? {} : undefined);
    const value = resolveSwitch(entry, `${path}.${entry.name}`, given, below(entry.name, changes), context);
    if (value !== undefined) resolved[entry.name] = value;
  }
  return resolved;
}

/** @returns the options, false where switched off, undefined where nothing was said */
function resolveSwitch(entry: Part, path: string, given: unknown, changes: readonly Change[], context: ResolveContext): unknown {
  let state = given === true ? {} : given;
  let options: Change[] = [];
  for (const change of changes) {
    if (change.rest.length > 0 || isPlainObject(change.value)) {
      options.push(change);
      state = isPlainObject(state) ? state : {};
    } else if (change.value === false || change.value === 'false') {
      state = false;
      options = [];
    } else if (change.value === true || change.value === 'true') state = isPlainObject(state) ? state : {};
    else context.problems.add(`${context.changesSource}${showKey(change.key)} must be true or false, not ${showValue(change.value)}.`);
  }
  if (state === undefined || state === false) return state;
  return resolveChildren(optionNodes(entry.defaults, entry.schema), path, state, options, context);
}

/** `training.loss=mse` means `training.loss.name=mse`. */
function asNamed(change: Change): Change[] {
  return change.rest.length > 0 || isPlainObject(change.value) ? perKey(change) : [{ ...change, rest: ['name'] }];
}

/** An object, from an experiment or a study, means one change for each of its keys. */
function perKey(change: Change): Change[] {
  if (change.rest.length > 0 || !isPlainObject(change.value)) return [change];
  const given = Object.entries(change.value).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => ({ key: `${change.key}.${name}`, rest: name.split('.'), value }));
}

/** `accuracy,topK`, `["accuracy"]` or JSON with options: `[{"name":"topK","k":3}]`. */
function readNames(text: string): unknown {
  if (text.trim().startsWith('[')) {
    try {
      return JSON.parse(text);
    } catch {
      // a list without quotes: [accuracy,topK]
    }
  }
  const inner = text.trim().replace(/^\[(.*)\]$/s, '$1');
  return inner === '' ? [] : inner.split(',').map((name) => name.trim());
}

function asSettings(given: unknown, path: string, context: ResolveContext): Settings {
  if (given === undefined) return {};
  if (isPlainObject(given)) return given;
  context.problems.add(`${context.source}${path || 'the config'} must be an object, not ${showValue(given)}.`);
  return {};
}

function own(values: Settings, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function below(name: string, changes: readonly Change[]): Change[] {
  return changes.filter((change) => change.rest[0] === name).map((change) => ({ ...change, rest: change.rest.slice(1) }));
}
