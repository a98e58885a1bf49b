import type { SettingInfo } from '../config/list-settings.ts';
import { showValue } from '../config/show-value.ts';
import { textTable } from '../core/text-table.ts';
import { switchDescriptions } from './command-line.ts';
import { scriptCommand } from './script-command.ts';

/** Settings that scripts have without declaring them. */
const ownDescriptions: Readonly<Record<string, string>> = {
  run: 'another run than the newest finished training: its id, a part of it, or a path',
  seeds: 'train with so many seeds, from the one of the config on, and show mean and deviation',
  'from-study': 'start from the settings that were best in tuning/<name>.ts',
  'from-run': 'train again with the settings of an earlier run: its id, a part of it, or a path',
};

/** Longer types, lists of many names, are cut. */
const typeLength = 36;

/**
 * What `help` prints: how to call the script, its switches, and every setting with its type and value.
 * @param experiments the names of those that there are
 */
export function scriptHelp(
  script: string,
  own: readonly (readonly [key: string, value: unknown])[],
  switches: readonly string[],
  settings: readonly SettingInfo[],
  experiments: readonly string[] = [],
): string {
  const about = (key: string) => (key === 'experiment' ? describeExperiments(experiments) : (ownDescriptions[key] ?? ''));
  const left = { title: '', align: 'left' } as const;
  const rows = (lines: readonly (readonly string[])[]) => textTable([left, left, left, left], lines, 4).trimStart();
  return [
    `  ${scriptCommand(script, '[key=value ...]', '[switch ...]')}`,
    `\n  switches\n    ${rows(Object.entries(switchDescriptions).filter(([name]) => switches.includes(name)))}`,
    own.length > 0
      ? `\n  of this script\n    ${rows(own.map(([key, value]) => [key, value === '' ? '' : showValue(value), about(key)]))}`
      : '',
    `\n  settings, as config.ts has them\n    ${rows(settings.map((one) => [one.key, cut(one.type), showValue(one.value, typeLength), one.about]))}`,
  ]
    .filter(Boolean)
    .join('\n');
}

function describeExperiments(names: readonly string[]): string {
  return `a set of changes to config.ts, or several in order (a,b); in experiments/: ${names.join(', ') || 'none yet'}`;
}

function cut(type: string): string {
  return type.length > typeLength ? `${type.slice(0, typeLength - 3)}...` : type;
}
