import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeNextSteps } from '../../../src/runs/next-steps.ts';

let root: string;
beforeEach(() => {
  vi.stubEnv('npm_config_user_agent', 'npm/11.0.0 node/v20');
  root = mkdtempSync(join(tmpdir(), 'next-'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ scripts: { train: '', evaluate: '', predict: '' } }));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

it('names the scripts that follow, as far as the project has them', () => {
  expect(describeNextSteps(root, 'train', 'train')).toBe('next: npm run predict, npm run evaluate');
  expect(describeNextSteps(root, 'evaluate', 'train')).toBe('next: npm run predict');
  expect(describeNextSteps(root, 'own-script', 'other')).toBeUndefined();
});

it('leads from a trial of the code to the training', () => {
  expect(describeNextSteps(root, 'train', 'fast-dev')).toBe('next: npm run train');
  expect(describeNextSteps(root, 'train', 'overfit')).toBe('next: npm run train');
});

it('names the next sample after a prediction', () => {
  const line = 'another: npm run predict index=18     a file: npm run predict file=...';
  expect(describeNextSteps(root, 'predict', 'train', { index: 17, file: '' })).toBe(line);
});

it('says nothing of a project without a package.json', () => {
  rmSync(join(root, 'package.json'));
  expect(describeNextSteps(root, 'train', 'train')).toBeUndefined();
});
