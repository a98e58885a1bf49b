import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Generated projects import `dl-project/<folder>`; here that is the source, so that nothing needs a build first. */
const alias = [{ find: /^dl-project\/(.+)$/, replacement: `${root}src/$1/index.ts` }];

/** Tests run on one backend, whatever this machine has; those about another start processes of their own. */
const env = { DL_BACKEND: process.env.DL_BACKEND ?? 'wasm' };

/** `npm test` runs all but `slow`, which adds installs, kills, fuzz and real servers (`npm run test:all`). */
export default defineConfig({
  test: {
    globalSetup: ['test/support/build-kernels-first.ts', 'test/support/own-temporary-folder.ts'],
    projects: [
      { resolve: { alias }, test: { env, name: 'tiny', include: ['test/tiny/**/*.test.ts'] } },
      { resolve: { alias }, test: { env, name: 'runtime', include: ['test/runtime/**/*.test.ts'], testTimeout: 60_000 } },
      { resolve: { alias }, test: { env, name: 'contracts', include: ['test/contracts/**/*.test.ts'], testTimeout: 60_000 } },
      { resolve: { alias }, test: { env, name: 'generators', include: ['test/generators/**/*.test.ts'], testTimeout: 60_000 } },
      {
        resolve: { alias },
        test: {
          env,
          name: 'slow',
          include: ['test/generated/**/*.test.ts', 'test/**/*.slow.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000, // a folder of thousands of files takes a while to go
          fileParallelism: false,
        },
      },
    ],
    maxWorkers: 2,
  },
});
