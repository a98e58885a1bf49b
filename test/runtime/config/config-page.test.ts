import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtinCallbacks } from '../../../src/callbacks/builtin-callbacks.ts';
import { describeSchema } from '../../../src/config/describe-schema.ts';
import type { Part } from '../../../src/config/part.ts';
import { optionNodes, type SettingNodes, settingTree } from '../../../src/config/setting-tree.ts';
import { showValue } from '../../../src/config/show-value.ts';
import { builtinLosses } from '../../../src/losses/builtin-losses.ts';
import { builtinMetrics } from '../../../src/metrics/builtin-metrics.ts';
import { builtinOptimizers } from '../../../src/optimizers/builtin-optimizers.ts';
import { switchDescriptions } from '../../../src/runs/command-line.ts';

const page = readFileSync(new URL('../../../docs/config.md', import.meta.url), 'utf8');

/** The lines of the table whose first heading is `heading`, without their last column. */
function table(heading: string): string[] {
  const [rows] = page.split(`\n\n| ${heading} |`)[1].split('\n\n');
  return rows
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').slice(1, -2).map((cell) => cell.trim()).join(' | ')); // biome-ignore format: one line
}

function optionRows(parts: readonly Part[]): string[] {
  return parts.flatMap(({ name, defaults, schema }) => {
    const options = [...optionNodes(defaults, schema)];
    if (options.length === 0) return [`\`${name}\` |  |  | `];
    return options.map(([option, node]) => {
      if (node.kind !== 'value') throw new Error(`${name}.${option} is no single setting`);
      return `\`${name}\` | \`${option}\` | ${describeSchema(node.schema)} | ${showValue(node.fallback)}`;
    });
  });
}

describe('docs/config.md', () => {
  it.each([
    ['losses', builtinLosses],
    ['metrics', builtinMetrics],
    ['optimizers', builtinOptimizers],
    ['callbacks', builtinCallbacks],
  ] as const)('lists the %s with the types and defaults of their options', (heading, parts) => {
    expect(table(heading)).toEqual(optionRows(parts));
  });

  it('lists every setting with its type and default', () => {
    const rows = table('setting').map((row) => row.split(' | '));
    const wanted: [string, string, string][] = [];
    const collect = (nodes: SettingNodes, prefix: string) => {
      for (const [name, node] of nodes) {
        const key = prefix + name;
        if (node.kind === 'value')
          wanted.push([key, describeSchema(node.schema), node.fallback === undefined ? '' : showValue(node.fallback)]);
        else if (node.kind === 'group') collect(node.children, `${key}.`);
        else if (node.kind === 'part') {
          wanted.push([node.shared.size > 0 || key === 'model' ? `${key}.name` : key, 'name', '']);
          collect(node.shared, `${key}.`);
        } else wanted.push(node.kind === 'partList' ? [key, 'list of names', '[]'] : [key, '', '{}']);
      }
    };
    collect(settingTree({ datasets: [], models: [], losses: [], metrics: [], optimizers: [], callbacks: [] }).children, '');
    expect(rows).toEqual(wanted.map(([key, ...rest]) => [`\`${key}\``, ...rest]));
  });

  it('lists the switches', () => {
    expect(table('switch')).toEqual(Object.keys(switchDescriptions).map((name) => `\`${name}\``));
  });
});
