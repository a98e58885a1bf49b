import { nearest } from '../core/nearest.ts';
import type { SettingInfo } from './list-settings.ts';
import type { PartNode } from './setting-tree.ts';
import { showKey, showValue } from './show-value.ts';

/**
 * The line for a key that is no setting: the nearest one with what it holds now, else what there is beside it.
 * @param settings all that can be given now  @param otherNames names that are allowed beside the settings: the script's own, which win a tie
 */
export function unknownSetting(key: string, settings: readonly SettingInfo[], otherNames: readonly string[] = []): string {
  const near = nearest(key, [...otherNames, ...settings.map((one) => one.key)]);
  const start = `${showKey(key)} is not a setting.`;
  if (near === undefined) return `${start} ${neighbours(key, settings)}`;
  const setting = settings.find((one) => one.key === near);
  if (!setting) return `${start} Did you mean ${near}?`;
  const now = setting.value === undefined ? '' : `, now ${showValue(setting.value)}`;
  return `${start} Did you mean ${near} (${setting.type}${now})?`;
}

/** The line for an option that another entry of the same family has; undefined where none has it. */
export function settingOfOther(key: string, option: string, node: PartNode, chosen: string): string | undefined {
  const owner = node.entries.find((entry) => entry.name !== chosen && Object.hasOwn(entry.defaults, option));
  if (!owner) return undefined;
  const slot = key.slice(0, key.length - option.length - 1);
  return `${showKey(key)} is a setting of ${owner.name}, but ${slot}.name is ${chosen}. Give ${slot}.name=${owner.name} too, or leave it out.`;
}

function neighbours(key: string, settings: readonly SettingInfo[]): string {
  const parts = key.split('.');
  for (let length = parts.length - 1; length > 0; length--) {
    const prefix = `${parts.slice(0, length).join('.')}.`;
    const beside = settings.filter((one) => one.key.startsWith(prefix)).map((one) => one.key);
    if (beside.length > 0) return `There are ${beside.join(', ')}.`;
  }
  const first = new Set(settings.map((one) => one.key.split('.')[0]));
  return `There are ${[...first].join(', ')} and what is in them: see print-config.`;
}
