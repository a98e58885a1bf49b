import { versions } from '../app/package-json.ts';
import { UsageError } from '../engine/exit.ts';
import { lockedInstall } from '../engine/locked-install.ts';
import { type PackageManager, scriptCommand } from '../engine/package-manager.ts';
import type { ModuleGenerator, ModuleInput } from '../project/module-generator.ts';
import { questions } from './questions.ts';

/** The newest Node 22 when this was written: what is pinned does not change behind anybody's back. */
const nodeImage = 'node:22.23.3-slim';

/** What decides which packages are installed. */
const packageFiles: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['package.json', 'package-lock.json'],
  pnpm: ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'],
  yarn: ['package.json', 'yarn.lock', '.yarnrc.yml'],
  bun: ['package.json', 'bun.lock'],
};

/** What takes a packed model to those who use it: a folder of its own, of which the trainings know nothing. */
const deploy: ModuleGenerator = {
  questions,
  spelling: 'name',
  variants({ answers: { kind, docker }, project: { task } }) {
    if (kind !== 'browser') return docker === 'no' ? ['server'] : ['server', 'docker'];
    if (docker === 'yes') throw new UsageError('--docker is for --kind server; a page is a folder of files for any static host.');
    return ['browser', task === 'classify-images' ? 'browser-images' : 'browser-rows'];
  },
  values: ({ project: { packageManager, packageManagerVersion: version } }) => ({
    run: (script: string) => scriptCommand(packageManager, script),
    nodeImage,
    packageFiles: packageFiles[packageManager],
    lockedInstall: lockedInstall({ name: packageManager, ...(version && { version }) }).join(' && '),
  }),
  packageEntries: (input) => ({
    scripts: scriptsOf(input),
    ...(isServer(input) && { dependencies: { fastify: '^5.12.8', 'prom-client': '^15.1.3' } }),
    // Projects of yarn have it already.
    ...(input.project.packageManager !== 'yarn' && { devDependencies: { vite: versions.vite } }),
  }),
  next: ({ name, project: { packageManager } }) => ({
    note: `first: ${packageManager} install, then ${scriptCommand(packageManager, `model:${name}`)}`,
    script: [`start:${name}`],
  }),
};
export default deploy;

function isServer({ answers }: ModuleInput): boolean {
  return answers.kind !== 'browser';
}

function scriptsOf(input: ModuleInput): Record<string, string> {
  const folder = `deploy/${input.name}`;
  return {
    [`model:${input.name}`]: `dl-project copy-model ${folder}`,
    [`start:${input.name}`]: isServer(input) ? `tsx ${folder}/src/server.ts` : `vite ${folder}`,
    [`build:${input.name}`]: `vite build ${folder}`,
  };
}
