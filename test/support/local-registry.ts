import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * An npm registry of our own (Verdaccio): our two packages are what was published to it, everything else comes from the
 * registry that npm is set to. Its packages are installed once into .cache/.
 */
export class LocalRegistry {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #said: string[];

  private constructor(url: string, child: ChildProcess, said: string[]) {
    this.url = url;
    this.#child = child;
    this.#said = said;
  }

  /** Starts it with an empty storage in `folder`. */
  static async start(folder: string): Promise<LocalRegistry> {
    const program = installVerdaccio();
    const upstream = execFileSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }).trim();
    mkdirSync(folder, { recursive: true });
    const own = (name: string) => `  ${name}:\n    access: $all\n    publish: $all\n    unpublish: $all\n`;
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `storage: ./storage\nuplinks:\n  upstream:\n    url: ${upstream}\n    maxage: 30m\n    timeout: 120s\npackages:\n` +
        `${own('create-dl-project')}${own('dl-project')}  '**':\n    access: $all\n    proxy: upstream\n` +
        'max_body_size: 100mb\nlog: { type: stdout, format: pretty, level: warn }\n',
    );
    const port = await freePort();
    const said: string[] = [];
    const child = spawn(process.execPath, [program, '--config', config, '--listen', `127.0.0.1:${port}`], { cwd: folder });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
    const registry = new LocalRegistry(`http://127.0.0.1:${port}/`, child, said);
    await registry.#answers();
    return registry;
  }

  /** What npm and its relatives have to be told to use it. */
  get environment(): NodeJS.ProcessEnv {
    return { npm_config_registry: this.url };
  }

  /** Publishes tarballs as the latest versions. */
  publish(tarballs: readonly string[], folder: string): void {
    const settings = join(folder, 'publisher-npmrc');
    writeFileSync(settings, `registry=${this.url}\n${this.url.replace(/^http:/, '')}:_authToken=anybody\n`);
    for (const tarball of tarballs)
      execFileSync('npm', ['publish', tarball, '--tag', 'latest', '--userconfig', settings, '--silent'], { cwd: folder });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill();
    await ended;
  }

  async #answers(): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (this.#child.exitCode !== null) break;
      const response = await fetch(`${this.url}-/ping`).catch(() => undefined);
      if (response?.ok) return;
      await wait(100);
    }
    throw new Error(`Verdaccio does not answer:\n${this.#said.join('')}`);
  }
}

/** @returns the path of its program */
function installVerdaccio(): string {
  const folder = join(root, '.cache', 'verdaccio');
  const wanted = join(root, 'test', 'support', 'verdaccio', 'package.json');
  const program = join(folder, 'node_modules', 'verdaccio', 'bin', 'verdaccio');
  const has = join(folder, 'package.json');
  if (existsSync(program) && existsSync(has) && readFileSync(has, 'utf8') === readFileSync(wanted, 'utf8')) return program;
  mkdirSync(folder, { recursive: true });
  cpSync(wanted, has);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  return program;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
