import { describeSchema } from './describe-schema.ts';
import { isPlainObject } from './option-schema.ts';
import type { Part } from './part.ts';
import { type GroupNode, optionNodes, type PartNode, type SettingNode, type SettingNodes } from './setting-tree.ts';

/** One setting as help and messages show it. */
export interface SettingInfo {
  /** `training.optimizer.learningRate` */
  readonly key: string;
  /** `whole number` */
  readonly type: string;
  /** What it is now; its default where it is off. */
  readonly value: unknown;
  readonly about: string;
}

/** Every setting that can be given now: the options of the chosen parts, and those of all callbacks. */
export function listSettings(tree: GroupNode, config: unknown): SettingInfo[] {
  return [...fromNode(tree, '', config)];
}

function* fromNode(node: SettingNode, key: string, given: unknown): Generator<SettingInfo> {
  if (node.kind === 'value') yield { key, type: describeSchema(node.schema), value: given ?? node.fallback, about: node.about };
  else if (node.kind === 'group') yield* fromChildren(node.children, key, given);
  else if (node.kind === 'part') yield* fromPart(node, key, given);
  else if (node.kind === 'partList') {
    const value = Array.isArray(given) ? given.map((one) => childOf(one, 'name') ?? one) : [];
    yield { key, type: `list of ${namesOf(node.item.entries)}`, value, about: node.item.about };
  } else {
    for (const entry of node.entries) {
      const state = childOf(given, entry.name) ?? (node.on.includes(entry.name) ? {} : false);
      yield* fromSwitch(entry, `${key}.${entry.name}`, state);
    }
  }
}

function* fromChildren(nodes: SettingNodes, prefix: string, given: unknown): Generator<SettingInfo> {
  for (const [name, node] of nodes) yield* fromNode(node, prefix ? `${prefix}.${name}` : name, childOf(given, name));
}

function* fromPart(node: PartNode, key: string, given: unknown): Generator<SettingInfo> {
  const name = typeof given === 'string' ? given : childOf(given, 'name');
  yield { key: `${key}.name`, type: namesOf(node.entries), value: name, about: node.about };
  const entry = node.entries.find((one) => one.name === name);
  const options = entry ? optionNodes(entry.defaults, entry.schema) : [];
  yield* fromChildren(new Map([...options, ...node.shared, ...options]), key, given);
}

function* fromSwitch(entry: Part, key: string, given: unknown): Generator<SettingInfo> {
  yield { key, type: 'true or false', value: given !== false, about: '' };
  yield* fromChildren(optionNodes(entry.defaults, entry.schema), key, given);
}

function namesOf(entries: readonly Part[]): string {
  return entries.map((entry) => entry.name).join(' or ');
}

function childOf(value: unknown, key: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
