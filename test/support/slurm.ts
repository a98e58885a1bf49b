import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { program, type Requirement } from './requirements.ts';

export const slurm: Requirement = { ...program('slurmctld', 'apt install slurm-wlm munge'), name: 'Slurm' };

/** A cluster of one node with two processors, this machine, with its files in a temporary folder. */
export interface SlurmCluster {
  /** For sbatch, squeue and scontrol. */
  readonly environment: NodeJS.ProcessEnv;
  /** What a command of Slurm prints. */
  run(command: string, ...words: string[]): string;
  remove(): Promise<void>;
}

export async function startSlurm(): Promise<SlurmCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'slurm-'));
  chmodSync(folder, 0o755);
  const at = (name: string) => join(folder, name);
  const [host] = hostname().split('.');
  const { username } = userInfo();
  writeFileSync(at('munge.key'), randomBytes(1024), { mode: 0o400 });
  for (const name of ['state', 'spool']) mkdirSync(at(name));
  writeFileSync(
    at('slurm.conf'),
    `ClusterName=test
SlurmctldHost=${host}(localhost)
SlurmctldPort=${await freePort()}
SlurmdPort=${await freePort()}
SlurmUser=${username}
SlurmdUser=${username}
AuthType=auth/munge
AuthInfo=socket=${at('munge.socket')}
CredType=cred/munge
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd.pid')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=batch_sched_delay=1
SlurmdParameters=config_overrides
NodeName=${host} NodeAddr=localhost CPUs=4 RealMemory=16000 State=UNKNOWN
PartitionName=all Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`,
  );
  const environment = { SLURM_CONF: at('slurm.conf') };
  const env = { ...process.env, ...environment };
  const daemons: ChildProcess[] = [];
  const start = (name: string, ...words: string[]) => daemons.push(spawn(name, words, { env, stdio: 'ignore' }));
  const run: SlurmCluster['run'] = (command, ...words) => execFileSync(command, words, { env, encoding: 'utf8', stdio: 'pipe' });
  const until = async (isSo: () => boolean) => {
    for (let i = 0; !isSo(); i++) {
      if (i > 600) throw new Error('Slurm does not start.');
      await sleep(100);
    }
  };
  const answers = (command: string, ...words: string[]) => {
    try {
      return run(command, ...words);
    } catch {
      return '';
    }
  };

  const files = ['key-file=munge.key', 'socket=munge.socket', 'pid-file=munge.pid', 'log-file=munge.log', 'seed-file=munge.seed'];
  start('munged', '--foreground', '--force', ...files.map((one) => `--${one.replace('=', `=${folder}/`)}`));
  await until(() => answers('munge', '-n', '-S', at('munge.socket')) !== '');
  start('slurmctld', '-D', '-L', at('slurmctld.log'));
  start('slurmd', '-D', '-N', host, '-L', at('slurmd.log'));
  await until(() => /idle/.test(answers('sinfo', '--noheader', '-o', '%t')));
  return {
    environment,
    run,
    async remove() {
      answers('scancel', '--user', username);
      for (const daemon of daemons.reverse()) {
        const gone = new Promise((done) => daemon.once('exit', done));
        if (daemon.exitCode === null && daemon.kill('SIGTERM')) await Promise.race([gone, sleep(5000).then(() => daemon.kill('SIGKILL'))]);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
