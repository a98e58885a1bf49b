import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Generated projects import `dl-project/<folder>`; here that is the source, so that nothing needs a build first. */
const alias = [{ find: /^dl-project\/(.+)$/, replacement: `${root}src/$1/index.ts` }];

/** `fast` is `npm test`; `slow` adds installs, kills, fuzz and real servers (`npm run test:all`). */
export default defineConfig({
  test: {
    globalSetup: ['test/support/build-kernels-first.ts'],
    projects: [
      { resolve: { alias }, test: { name: 'tiny', include: ['test/tiny/**/*.test.ts'] } },
      { resolve: { alias }, test: { name: 'runtime', include: ['test/runtime/**/*.test.ts'], testTimeout: 60_000 } },
      { resolve: { alias }, test: { name: 'contracts', include: ['test/contracts/**/*.test.ts'], testTimeout: 60_000 } },
      { resolve: { alias }, test: { name: 'generators', include: ['test/generators/**/*.test.ts'], testTimeout: 60_000 } },
      {
        resolve: { alias },
        test: { name: 'slow', include: ['test/generated/**/*.test.ts', 'test/**/*.slow.ts'], testTimeout: 600_000, fileParallelism: false },
      },
    ],
    maxWorkers: 2,
  },
});
