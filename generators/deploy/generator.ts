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

/** Starts the workers of a study on a cluster. */
const starts: Readonly<Record<string, (folder: string) => string>> = {
  slurm: (folder) => `sbatch ${folder}/workers.sbatch`,
  kubernetes: (folder) => `kubectl apply -f ${folder}/workers.yaml`,
  ray: (folder) => `tsx ${folder}/submit.ts`,
};

/** What takes a packed model to those who use it, or studies to a cluster: a folder of its own, of which the trainings know nothing. */
const deploy: ModuleGenerator = {
  questions,
  spelling: 'name',
  variants({ answers: { kind, docker }, project: { task } }) {
    if (kind === undefined || kind === 'server') return docker === 'no' ? ['server'] : ['server', 'docker'];
    if (docker === 'yes') throw new UsageError('--docker is for --kind server; a page is a folder of files for any static host.');
    if (kind !== 'browser') return [kind];
    return ['browser', task === 'classify-images' ? 'browser-images' : 'browser-rows'];
  },
  values: ({ project: { packageManager, packageManagerVersion: version } }) => ({
    run: (script: string, ...words: string[]) => scriptCommand(packageManager, script, ...words),
    nodeImage,
    packageFiles: packageFiles[packageManager],
    lockedInstall: lockedInstall({ name: packageManager, ...(version && { version }) }).join(' && '),
  }),
  packageEntries: (input) => ({
    scripts: scriptsOf(input),
    dependencies: dependenciesOf(input),
    // Projects of yarn have it already.
    ...(!startOf(input) && input.project.packageManager !== 'yarn' && { devDependencies: { vite: versions.vite } }),
  }),
  next: (input) => {
    const { name, project } = input;
    const { packageManager } = project;
    if (startOf(input))
      return { note: `first: ${packageManager} install, and read deploy/${name}/`, script: [`workers:${name}`, 'learning-rate'] };
    const note = `first: ${packageManager} install, then ${scriptCommand(packageManager, `model:${name}`)}`;
    return { note, script: [`start:${name}`] };
  },
};
export default deploy;

function dependenciesOf(input: ModuleInput): Readonly<Record<string, string>> {
  if (startOf(input)) return { pg: versions.pg };
  return isServer(input) ? { fastify: '^5.12.8', 'prom-client': '^15.1.3' } : {};
}

function isServer({ answers: { kind } }: ModuleInput): boolean {
  return kind === undefined || kind === 'server';
}

/** The command that starts its workers; undefined where it is no cluster. */
function startOf({ name, answers: { kind = '' } }: ModuleInput): string | undefined {
  return starts[kind]?.(`deploy/${name}`);
}

function scriptsOf(input: ModuleInput): Record<string, string> {
  const folder = `deploy/${input.name}`;
  const start = startOf(input);
  if (start) return { [`workers:${input.name}`]: start };
  return {
    [`model:${input.name}`]: `dl-project copy-model ${folder}`,
    [`start:${input.name}`]: isServer(input) ? `tsx ${folder}/src/server.ts` : `vite ${folder}`,
    [`build:${input.name}`]: `vite build ${folder}`,
  };
}
