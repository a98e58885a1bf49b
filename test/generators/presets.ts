import { fileURLToPath } from 'node:url';
import type { AppInput } from '../../generators/app/input.ts';
import type { GivenAnswers } from '../../generators/engine/questions.ts';
import { loadPreset } from '../../generators/preset/load-preset.ts';
import { appInput } from './app-input.ts';

/** The projects kept under test/expected: between them they show every task, data from a file, and what is only there if asked for. */
export const presets: Record<string, GivenAnswers> = {
  digits: {},
  machines: { task: 'classify-rows', goal: 'fastest', 'package-manager': 'pnpm', backend: 'native', ci: 'github', licence: 'MIT' },
  'own-table': { task: 'predict-number', data: 'csv', goal: 'later', 'package-manager': 'yarn', ci: 'gitlab' },
};

const support = fileURLToPath(new URL('../support', import.meta.url));

/** A team's preset, as docs/presets.md shows it; one of the kept projects is made with it. */
const acme = await loadPreset('./acme-preset', { cwd: support, folder: `${support}/project` });

/** What a kept project is made from. */
export function keptInput(name: string): AppInput {
  return appInput(presets[name], { name, ...(name === 'machines' ? { preset: acme } : {}) });
}
