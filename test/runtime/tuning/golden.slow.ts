import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Numbers may differ in their last digits: another processor, another numpy. */
function expectAlike(now: unknown, kept: unknown, where: string): void {
  if (typeof kept === 'number') expect(Math.abs((now as number) - kept), where).toBeLessThan(1e-9 * Math.max(1, Math.abs(kept)));
  else if (typeof kept === 'object' && kept !== null) {
    expect(Object.keys(now as object), where).toEqual(Object.keys(kept));
    for (const [key, value] of Object.entries(kept)) expectAlike((now as Record<string, unknown>)[key], value, `${where}.${key}`);
  } else expect(now, where).toEqual(kept);
}

describeWith(python('optuna'), 'the installed Optuna', () => {
  it('gives the numbers that are kept', () => expectSame('samplers/golden/optuna_numbers.py', 'samplers/golden/optuna-numbers.json'));
  it('prunes at the reports that are kept', () => expectSame('golden/optuna_pruners.py', 'golden/optuna-pruners.json'));
});

describeWith(python('cmaes'), 'the installed cmaes', () => {
  it('gives the numbers that are kept', () => expectSame('samplers/golden/cmaes_strategy.py', 'samplers/golden/cmaes-strategy.json'));
});

describeWith(python('sklearn', 'scikit-learn'), 'the installed scikit-learn', () => {
  it('gives the processes that are kept', () =>
    expectSame('samplers/golden/scikit_learn_process.py', 'samplers/golden/scikit-learn-process.json'));
});

function expectSame(script: string, file: string): void {
  const now = JSON.parse(execFileSync(pythonCommand, ['-W', 'ignore', path(script)], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
  expectAlike(now, JSON.parse(readFileSync(path(file), 'utf8')), file);
}
