import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtinLosses } from '../../src/losses/index.ts';
import { builtinMetrics } from '../../src/metrics/index.ts';
import { builtinOptimizers } from '../../src/optimizers/index.ts';
import { builtinPruners } from '../../src/tuning/pruners/builtin-pruners.ts';
import { builtinSamplers } from '../../src/tuning/samplers/builtin-samplers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))].filter((path) =>
  path.endsWith('.md'),
);

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  it('links only to files that are there', () => {
    const targets = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1])
      .filter((target) => !/^[a-z]+:/.test(target));
    expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  it('names only npm scripts and benchmark suites that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const inProject = [
      'train',
      'evaluate',
      'predict',
      'compress',
      'sensitivity',
      'latency',
      'compile',
      'tune',
      'runs',
      'summary',
      'playground',
      'native',
      'add',
      'remove',
    ];
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z:]+)/g)].map((match) => match[1]);
    const ofDeployment = /^(model|start|build|workers):/; // `add deploy api` adds `start:api`
    const isThere = (script: string) => script in scripts || inProject.includes(script) || ofDeployment.test(script);
    expect(named.filter((script) => !isThere(script))).toEqual([]);
    const suites = [...text.matchAll(/bench -- ([a-z]+)/g)].map((match) => match[1]);
    expect(suites.filter((suite) => !existsSync(join(root, 'bench', `${suite}.ts`)))).toEqual([]);
  });
});

describe.each([
  ['losses.md', builtinLosses],
  ['metrics.md', builtinMetrics],
  ['optimizers.md', builtinOptimizers],
] as const)('docs/%s', (page, parts) => {
  it('has every one of them in a table', () => {
    const rows = readFileSync(join(root, 'docs', page), 'utf8').split('\n').filter((line) => line.startsWith('| `')); // biome-ignore format: one line
    const named = rows.flatMap((row) => [...row.split('|')[1].matchAll(/`(\w+)`/g)].map((match) => match[1]));
    expect(parts.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
  });
});

describe.each([
  ['samplers.md', builtinSamplers],
  ['tuning.md', builtinPruners],
] as const)('docs/%s', (page, parts) => {
  it('says by which names a study takes them', () => {
    const rows = readFileSync(join(root, 'docs', page), 'utf8').split('\n').filter((line) => line.startsWith('|')); // biome-ignore format: one line
    const named = rows.flatMap((row) => row.split('|').slice(1, 4).map((cell) => cell.trim())); // biome-ignore format: one line
    expect(parts.map(({ name }) => name).filter((name) => !named.includes(`\`${name}\``))).toEqual([]);
  });
});
