import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { presets } from '../presets.ts';
import { everyChoice } from './module-choices.ts';
import { ProjectFolder } from './project-folder.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, '.cache', 'every-module-runs');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.keys(presets))('in %s the tests of every module pass as they are written', async (preset) => {
  rmSync(join(folder, preset), { recursive: true, force: true });
  const project = new ProjectFolder(preset, join(folder, preset));
  for (const words of await everyChoice(preset)) await project.must('add', ...words);
  // The project's own config, with the library's source in place of the package.
  project.write(
    'vitest.config.ts',
    `import { defineConfig } from 'vitest/config';
const alias = [{ find: /^dl-project\\/(.+)$/, replacement: ${JSON.stringify(`${root}src/`)} + '$1/index.ts' }];
export default defineConfig({ resolve: { alias }, test: { include: ['test/**/*.test.ts'], testTimeout: 60_000 } });
`,
  );
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', 'vitest'), ['run'], {
    cwd: project.root,
    encoding: 'utf8',
    env: { ...process.env, DL_BACKEND: 'wasm', VITEST: undefined },
    shell: process.platform === 'win32',
  });
  expect(status, stdout + stderr).toBe(0);
});
