import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunKind } from './run.ts';
import { scriptCommand } from './script-command.ts';

/** What one does after each script; those that end with a hint of their own are not here. */
const nextSteps: Readonly<Record<string, readonly string[]>> = {
  playground: ['train'],
  summary: ['train'],
  train: ['predict', 'evaluate', 'compress'],
  evaluate: ['predict', 'compress'],
  compress: ['predict', 'latency'],
};

/**
 * The last line of a script: `next: npm run predict, npm run evaluate`, with those scripts only that the project has.
 * After a prediction it names the next sample. Undefined where there is nothing to say.
 */
export function describeNextSteps(root: string, script: string, kind: RunKind, settings: object = {}): string | undefined {
  if (script === 'predict') return describeNextPrediction(settings);
  const steps = kind === 'fast-dev' || kind === 'overfit' || kind === 'search' ? ['train'] : (nextSteps[script] ?? []);
  const scripts = readScripts(root);
  const existing = steps.filter((step) => Object.hasOwn(scripts, step));
  return existing.length > 0 ? `next: ${existing.map((step) => scriptCommand(step)).join(', ')}` : undefined;
}

function describeNextPrediction(settings: { readonly index?: unknown }): string | undefined {
  if (typeof settings.index !== 'number') return undefined;
  return `another: ${scriptCommand('predict', `index=${settings.index + 1}`)}     a file: ${scriptCommand('predict', 'file=...')}`;
}

function readScripts(root: string): object {
  try {
    return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts?: object }).scripts ?? {};
  } catch {
    return {};
  }
}
