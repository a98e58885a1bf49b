import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { packLocal } from '../scripts/pack-local.mjs';
import { interleave } from './support/interleave.ts';
import type { Report } from './support/report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const peer = 'create-vite@9.3.0';
const rounds = 5;

/**
 * What it costs to start: the generator's package, its first and its next start beside create-vite's, and the way from
 * nothing to a first prediction.
 */
export async function run(report: Report): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'bench-create-'));
  try {
    must('npm', ['run', '--silent', 'build'], root);
    const packages = packLocal(root, join(place, 'packages'));
    measurePackage(report, packages.generator, place);
    await measureStarts(report, packages.generator, place);
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

  const cli = join(place, 'alone', 'node_modules', 'create-dl-project', 'dist', 'cli.js');
  const node = (...args: string[]) => seconds(() => must(process.execPath, args, emptyFolder(place)));
  const project = join(emptyFolder(place), 'app');
  must(process.execPath, [cli, 'app', '--yes', '--skip-install', '--skip-git'], dirname(project));
  let added = 0;
  const inProject = (...args: string[]) => seconds(() => must(process.execPath, [cli, ...args], project));
  const bare = await interleave(3 * rounds, {
    create: () => node(cli, 'app', '--yes', '--skip-install', '--skip-git'),
    help: () => node(cli, '--help'),
    list: () => inProject('list'),
    add: () => inProject('add', 'callback', `callback-${added++}`),
    node: () => node('-e', '0'),
  });
  const peerNode = { name: 'node -e 0', value: bare.node };
  report.add({ case: '--help', metric: 'seconds', ours: bare.help, peer: peerNode, higherIsBetter: false });
  report.add({ case: 'list', metric: 'seconds', ours: bare.list, peer: peerNode, higherIsBetter: false, target: 0.1 });
  report.add({ case: 'add a module', metric: 'seconds', ours: bare.add, peer: peerNode, higherIsBetter: false, target: 0.2 });
  report.add({ case: 'create without install', metric: 'seconds', ours: bare.create, peer: peerNode, higherIsBetter: false });
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
    train: () => must('npm', ['run', '--silent', 'train'], join(place, 'digits')),
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
