import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';

const path = (name: string) => fileURLToPath(new URL(`golden/${name}`, import.meta.url));

describeWith(python('sklearn', 'scikit-learn'), 'the installed scikit-learn', () => {
  it('gives the numbers that are kept', () => {
    const now = JSON.parse(execFileSync(pythonCommand, [path('scikit_learn.py')], { encoding: 'utf8' }));
    const kept = JSON.parse(readFileSync(path('scikit-learn.json'), 'utf8'));
    expect(now.tables).toEqual(kept.tables);
    expect(now.cases.length).toBe(kept.cases.length);
    for (const [i, { expected, ...asked }] of kept.cases.entries()) {
      expect(now.cases[i]).toMatchObject(asked);
      if (typeof expected === 'string') expect(now.cases[i].expected).toBe(expected);
      else expect(now.cases[i].expected, JSON.stringify(asked)).toBeCloseTo(expected, 9);
    }
  });
});
