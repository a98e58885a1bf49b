import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { packLocal } from '../scripts/pack-local.mjs';
import { interleave } from './support/interleave.ts';
import type { Report } from './support/report.ts';
import { peers, prepareScaffolders } from './support/scaffolders.ts';
import { type ProcessTime, type TimedCommand, timeProcesses } from './support/timed-process.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const peer = peers.createVite;
const rounds = 5;

/**
 * What it costs to start: the generator's package, its first and its next start beside create-vite's, each command beside
 * other generators, and the way from nothing to a first prediction.
 */
export async function run(report: Report): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'bench-create-'));
  try {
    must('npm', ['run', '--silent', 'build'], root);
    const packages = packLocal(root, join(place, 'packages'));
    measurePackage(report, packages.generator, place);
    await measureStarts(report, packages.generator, place);
    await measureCommands(report, place);
    measureFirstDay(report, packages, place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function measurePackage(report: Report, tarball: string, place: string): void {
  report.add({
    case: 'create-dl-project',
    metric: 'tarball, bytes',
    ours: statSync(tarball).size,
    higherIsBetter: false,
    target: 1_000_000,
  });
  const folder = join(place, 'alone');
  mkdirSync(folder);
  must('npm', ['install', '--silent', '--no-save', '--prefix', folder, tarball], folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'node_modules', 'create-dl-project', 'package.json'), 'utf8'));
  report.add({
    case: 'create-dl-project',
    metric: 'dependencies',
    ours: Object.keys(dependencies).length,
    higherIsBetter: false,
    target: 0,
  });
}

/**
 * Both generators are started by `npm exec` from a tarball on the disk: what is compared is npm's unpacking and the
 * generators themselves, not the registry. Neither installs the project's packages.
 */
async function measureStarts(report: Report, ours: string, place: string): Promise<void> {
  must('npm', ['pack', '--silent', '--pack-destination', place, peer], place);
  const theirs = join(place, readdirSync(place).find((name) => name.startsWith('create-vite'))!);
  const oursArgs = ['create-dl-project', 'app', '--yes', '--skip-install', '--skip-git'];
  const theirsArgs = ['create-vite', 'app', '--template', 'vanilla-ts', '--no-interactive'];
  const exec = (tarball: string, args: readonly string[], cache: string) =>
    seconds(() => must('npm', ['exec', '--yes', `--package=${tarball}`, '--', ...args], emptyFolder(place), { npm_config_cache: cache }));

  const first = await interleave(rounds, {
    ours: () => exec(ours, oursArgs, emptyFolder(place)),
    peer: () => exec(theirs, theirsArgs, emptyFolder(place)),
  });
  addStart(report, 'npm exec, empty cache', first);
  const [oursCache, theirsCache] = [emptyFolder(place), emptyFolder(place)];
  exec(ours, oursArgs, oursCache);
  exec(theirs, theirsArgs, theirsCache);
  const next = await interleave(rounds, {
    ours: () => exec(ours, oursArgs, oursCache),
    peer: () => exec(theirs, theirsArgs, theirsCache),
  });
  addStart(report, 'npm exec, next time', next);
}

/** The commands themselves, started by node alone; making a project beside others that make one of the same files. */
async function measureCommands(report: Report, place: string): Promise<void> {
  const cli = join(place, 'alone', 'node_modules', 'create-dl-project', 'dist', 'cli.js');
  const empty = () => emptyFolder(place);
  const inFolder = (folder: () => string, ...args: string[]): TimedCommand => ({ program: process.execPath, args, folder });
  const create = ['my-app', '--yes', '--skip-install', '--skip-git'];
  const project = join(empty(), 'my-app');
  must(process.execPath, [cli, ...create], dirname(project));
  const others = prepareScaffolders(readProject(project), place, empty);
  for (const [name, { program, args, folder, environment }] of Object.entries(others)) {
    const made = folder();
    must(program, args, made, environment);
    const files = readdirSync(made, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
    console.log(`  ${name} makes ${files} files, create-dl-project ${readProject(project).size}`);
  }

  const makers = await timeProcesses(2 * rounds, { ours: inFolder(empty, cli, ...create), ...others }, place);
  for (const [name, peerName] of Object.entries(peers)) {
    const isGoal = name !== 'createVite'; // which copies files, and fills in nothing
    addTimes(
      report,
      'create without install and git',
      makers.ours,
      { name: peerName, ...makers[name as keyof typeof peers] },
      { target: 0.2, ...(isGoal ? { targetRatio: 1 } : {}) },
    );
  }

  const fresh = () => {
    const folder = empty();
    cpSync(project, folder, { recursive: true });
    return folder;
  };
  const inProject = () => project;
  const commands = {
    '--help': inFolder(empty, cli, '--help'),
    '--version': inFolder(empty, cli, '--version'),
    list: inFolder(inProject, cli, 'list'),
    'add a module': inFolder(fresh, cli, 'add', 'callback', 'slack-message'),
    'node -e 0': inFolder(empty, '-e', '0'),
  };
  const times = await timeProcesses(3 * rounds, commands, place);
  for (const name of ['--help', '--version', 'list', 'add a module'] as const)
    addTimes(report, name, times[name], { name: 'node -e 0', ...times['node -e 0'] }, { target: name === 'add a module' ? 0.2 : 0.1 });
}

/** Wall and CPU time, each a row. */
function addTimes(
  report: Report,
  title: string,
  ours: ProcessTime,
  peer: ProcessTime & { readonly name: string },
  goal: { readonly target: number; readonly targetRatio?: number },
): void {
  for (const [metric, key] of [
    ['seconds', 'wallSeconds'],
    ['CPU seconds', 'cpuSeconds'],
  ] as const)
    report.add({ case: title, metric, ours: ours[key], peer: { name: peer.name, value: peer[key] }, higherIsBetter: false, ...goal });
}

function readProject(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function addStart(report: Report, title: string, { ours, peer: value }: { ours: number; peer: number }): void {
  const row = { metric: 'seconds', ours, peer: { name: peer, value }, higherIsBetter: false };
  report.add({ case: title, ...row, ...(title.includes('empty') ? { targetRatio: 1 } : {}) });
}

/** From an empty folder to a first prediction, step by step; a first installation, not counted, warms npm's cache. */
function measureFirstDay(report: Report, packages: { generator: string; runtime: string }, place: string): void {
  const cli = join(place, 'alone', 'node_modules', 'create-dl-project', 'dist', 'cli.js');
  const create = (name: string) => must(process.execPath, [cli, name, '--yes', '--runtime', packages.runtime], place);
  create('warm-up');
  const steps = {
    'create and install': () => create('digits'),
    train: () => must('npm', ['run', '--silent', 'train'], join(place, 'digits'), { DL_BACKEND: 'wasm' }),
    predict: () => must('npm', ['run', '--silent', 'predict'], join(place, 'digits')),
  };
  let all = 0;
  for (const [name, step] of Object.entries(steps)) {
    const took = seconds(step);
    all += took;
    report.add({ case: name, metric: 'seconds', ours: took, higherIsBetter: false, ...(name === 'train' ? { target: 60 } : {}) });
  }
  report.add({ case: 'from nothing to a prediction', metric: 'seconds', ours: all, higherIsBetter: false, target: 150 });
}

function emptyFolder(place: string): string {
  return mkdtempSync(join(place, 'empty-'));
}

function seconds(action: () => void): number {
  const start = performance.now();
  action();
  return (performance.now() - start) / 1000;
}

/** Runs a program to its end without a terminal; a failure ends the suite with what the program said. */
function must(program: string, args: readonly string[], cwd: string, variables: Record<string, string> = {}): void {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...variables },
    encoding: 'utf8',
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
