import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';
import type { Requirement } from './requirements.ts';

/** Where its programs are: Debian does not put them on the PATH. */
const programs = findPrograms();

export const postgres: Requirement = {
  name: 'PostgreSQL',
  how: 'apt install postgresql',
  present: programs !== undefined,
};

/** With what an address must spell otherwise. */
const password = 'se cret/1@';

/** A server of its own in a temporary folder. */
export interface PostgresServer {
  readonly port: number;
  readonly password: string;
  /** Makes an empty database. @returns its address, with the password */
  database(): Promise<string>;
  /** `fast` as an administrator stops it; `immediate` as a power cut does. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function startPostgres(): Promise<PostgresServer> {
  if (!programs) throw new Error('PostgreSQL is not installed.');
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const owner = unprivileged();
  const own = (path: string) => owner && chownSync(path, owner.uid, owner.gid);
  const options = { ...owner, cwd: folder, stdio: 'ignore' as const };
  chmodSync(folder, 0o755);
  own(folder);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  own(passwordFile);
  const setUp = ['-D', data, '-U', 'ada', '-A', 'scram-sha-256', '--pwfile', passwordFile, '--no-sync', '--locale=C', '-E', 'UTF8'];
  execFileSync(join(programs, 'initdb'), setUp, options);
  const port = await freePort();
  const url = (database: string) => `postgres://ada:${encodeURIComponent(password)}@localhost:${port}/${database}`;
  let server: ChildProcess | undefined;
  let databases = 0;

  async function start(): Promise<void> {
    const settings = ['listen_addresses=localhost', 'fsync=off', 'max_connections=60'].flatMap((one) => ['-c', one]);
    server = spawn(join(programs!, 'postgres'), ['-D', data, '-p', String(port), '-k', folder, ...settings], options);
    for (;;) {
      if (server.exitCode !== null) throw new Error('PostgreSQL does not start.');
      const client = new pg.Client(url('postgres'));
      client.on('error', () => {});
      const answers = await client.connect().then(
        () => true,
        () => false,
      );
      await client.end().catch(() => {});
      if (answers) return;
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async function stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const closed = new Promise((done) => server!.once('exit', done));
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await closed;
  }

  await start();
  return {
    port,
    password,
    start,
    stop,
    async database() {
      const name = `studies${databases++}`;
      const client = new pg.Client(url('postgres'));
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return url(name);
    },
    async remove() {
      await stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((one) => existsSync(join(one, 'initdb')) && existsSync(join(one, 'postgres')));
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
