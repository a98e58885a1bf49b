import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { program, type Requirement } from './requirements.ts';

const command = process.env.DL_RAY ?? 'ray';

export const ray: Requirement = {
  ...program(command, "pip install 'ray[default]', and set DL_RAY to its program ray"),
  name: 'Ray',
};

/** A cluster of one node, this machine, with four processors. */
export interface RayCluster {
  /** Of its dashboard, which takes jobs. */
  readonly address: string;
  remove(): Promise<void>;
}

export async function startRay(): Promise<RayCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'ray-'));
  const [port, dashboard] = [await freePort(), await freePort()];
  const words = ['start', '--head', '--block', '--disable-usage-stats', '--num-cpus=4', `--temp-dir=${folder}`, `--port=${port}`];
  const more = ['--dashboard-host=127.0.0.1', `--dashboard-port=${dashboard}`, '--object-store-memory=100000000'];
  const head: ChildProcess = spawn(command, [...words, ...more], {
    stdio: 'ignore',
    env: { ...process.env, RAY_ENABLE_UV_RUN_RUNTIME_ENV: '0' },
  });
  const address = `http://127.0.0.1:${dashboard}`;
  const answers = () =>
    fetch(`${address}/api/jobs/`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let i = 0; !(await answers()); i++) {
    if (i > 240 || head.exitCode !== null) throw new Error('Ray does not start.');
    await sleep(500);
  }
  return {
    address,
    async remove() {
      const gone = new Promise((done) => head.once('exit', done));
      head.kill('SIGTERM');
      await Promise.race([gone, sleep(15_000).then(() => head.kill('SIGKILL'))]);
      for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What is left of it: its processes name its folder. */
function processesOf(folder: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(folder)).map((line) => Number.parseInt(line, 10));
}
