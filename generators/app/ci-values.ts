import { lockedInstall } from '../engine/locked-install.ts';
import { scriptCommand } from '../engine/package-manager.ts';
import type { AppInput } from './input.ts';

/** What a CI file says, whatever its form. */
export interface CiValues {
  /** Its path; empty where there is none. */
  readonly file: string;
  readonly nodeVersions: readonly number[];
  /** From a fresh checkout and a bare Node to a tested project, in order. */
  readonly commands: readonly string[];
}

const files = { none: '', github: '.github/workflows/ci.yml', gitlab: '.gitlab-ci.yml' };

/** Install what the lock file says, check, test, and train a few steps where the data comes along. */
export function ciValues(input: AppInput, hasData: boolean): CiValues {
  const packageManager = input.answers['package-manager'];
  const run = (script: string, ...words: string[]) => scriptCommand(packageManager, script, ...words);
  return {
    file: files[input.answers.ci],
    // pnpm 11 alone needs Node 22.
    nodeVersions: packageManager === 'pnpm' && /^11\./.test(input.packageManagerVersion ?? '') ? [22, 24] : [20, 22, 24],
    commands: [
      ...lockedInstall({ name: packageManager, version: input.packageManagerVersion }),
      run('check'),
      run('test'),
      ...(hasData ? [run('train', 'fast-dev-run')] : []),
    ],
  };
}
