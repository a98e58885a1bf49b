import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/free-port.ts';
import { pythonCommand } from '../../support/requirements.ts';

/** A real MLflow server on a free port, with a database and artifacts in a temporary folder. */
export interface MlflowServer {
  readonly uri: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes everything away. */
  remove(): Promise<void>;
}

export async function mlflowServer(): Promise<MlflowServer> {
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-'));
  const port = await freePort();
  const uri = `http://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const stop = async () => {
    const running = server;
    server = undefined;
    if (!running?.pid || running.exitCode !== null) return;
    const ended = new Promise((done) => running.once('exit', done));
    process.kill(-running.pid, 'SIGKILL'); // with its workers, which are a process group of their own
    await ended;
  };
  return {
    uri,
    stop,
    async start() {
      const words = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', `${port}`, '--workers', '1'];
      const places = [
        '--backend-store-uri',
        `sqlite:///${join(folder, 'mlflow.db')}`,
        '--artifacts-destination',
        join(folder, 'artifacts'),
      ];
      const path = `${dirname(pythonCommand)}:${process.env.PATH}`; // it starts uvicorn by name
      server = spawn(pythonCommand, [...words, ...places], {
        cwd: folder,
        detached: true,
        stdio: 'ignore',
        env: { ...process.env, PATH: path },
      });
      for (let attempt = 0; attempt < 600; attempt++) {
        const health = await fetch(`${uri}/health`).catch(() => undefined);
        if (health?.ok) return;
        if (server.exitCode !== null) throw new Error(`the MLflow server ended with ${server.exitCode}`);
        await sleep(200);
      }
      throw new Error('the MLflow server does not answer');
    },
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
