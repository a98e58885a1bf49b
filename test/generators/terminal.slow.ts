import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { questions } from '../../generators/app/questions.ts';
import { messageOf } from '../../generators/engine/questions.ts';
import { describeWith, program } from '../support/requirements.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** A terminal of its own, with somebody typing. */
class Terminal {
  readonly #socket = `create-dl-project-${randomUUID()}`;

  start(folder: string, command: string, columns = 80): void {
    const shell = `trap : INT; cd '${folder}'; env -u CI -u npm_config_user_agent -u npm_config_yes ${command}; echo "exit code $?"; sleep 600`;
    this.#tmux('new-session', '-d', '-x', String(columns), '-y', '30', 'sh', '-c', shell);
  }

  /** Waits until the screen shows `text`; lines are joined where the terminal broke them. */
  async shows(text: string | RegExp): Promise<string> {
    for (let tries = 0; tries < 300; tries++) {
      const screen = this.screen();
      if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return screen;
      await wait(100);
    }
    throw new Error(`The screen never showed ${text}. It shows:\n${this.screen()}`);
  }

  type(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  screen(...options: string[]): string {
    return this.#tmux('capture-pane', '-p', '-J', ...options);
  }

  /** As if the text were pasted from elsewhere. */
  paste(text: string): void {
    this.#tmux('set-buffer', '--', text);
    this.#tmux('paste-buffer', '-p');
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
    await wait(500); // until the program has heard of it
  }

  close(): void {
    try {
      this.#tmux('kill-server');
    } catch {
      // It ends by itself when Ctrl-C reached the shell too.
    }
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' });
  }
}

let cwd: string;
let terminal: Terminal;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'terminal-'));
  terminal = new Terminal();
});

const command = `node ${dist}cli.js digit-reader --skip-git`;

/** Takes the default of every question but the last, which `--skip-git` answers. */
async function takeDefaults(): Promise<void> {
  for (const question of ['What should it learn?', 'Which data?', 'Which model?', 'Make it small or fast?']) {
    await terminal.shows(`? ${question}`);
    terminal.type('Enter');
  }
}

describeWith(program('tmux', 'apt-get install tmux'), 'in a real terminal', () => {
  afterEach(() => terminal.close());

  test('five questions, arrow keys, and what to do next', async () => {
    terminal.start(cwd, `node ${dist}cli.js digit-reader`);
    await terminal.shows('? What should it learn?');
    terminal.type('Down', 'Enter');
    await terminal.shows(/synthetic-machines .*\n.*iris .*150 flowers/);
    terminal.type('Down', 'Enter'); // a table has one model: it is not asked
    await terminal.shows('? Make it small or fast?');
    terminal.type('Up', 'Up', 'Enter');
    await terminal.shows('? Install and make a first commit?');
    terminal.type('Down', 'Enter');
    expect(await terminal.shows('exit code 0')).toMatch(/npm run train +teach it/);
    expect(readFileSync(join(cwd, 'digit-reader', 'config.ts'), 'utf8')).toContain("data: { name: 'iris'");
    expect(existsSync(join(cwd, 'digit-reader', 'node_modules'))).toBe(false);
  });

  test('every question with --ask-all, the answers of flags left out', async () => {
    terminal.start(cwd, `node ${dist}cli.js digit-reader --ask-all --data iris --goal later --skip-git`);
    for (const [question, keys] of [
      ['Which package manager?', ['Down']],
      ['What should it compute with?', []],
      ['Which CI shall test it?', ['Down']],
      ['Which licence?', ['Down', 'Down']],
      ['Install the packages?', ['Down']],
    ] as const) {
      await terminal.shows(`? ${question}`);
      terminal.type(...keys, 'Enter');
    }
    await terminal.shows('exit code 0');
    const made = readdirSync(join(cwd, 'digit-reader'));
    for (const name of ['pnpm-workspace.yaml', '.github', 'LICENSE']) expect(made).toContain(name);
    expect(readFileSync(join(cwd, 'digit-reader', 'LICENSE'), 'utf8')).toContain('Apache License');
  });

  test.each(questions.map((question, index) => [index, messageOf(question, { git: 'yes' })] as const))(
    'Ctrl-C at question %i of all, %s, leaves nothing',
    async (index, message) => {
      terminal.start(cwd, `node ${dist}cli.js digit-reader --ask-all`);
      for (const question of questions.slice(0, index)) {
        await terminal.shows(`? ${messageOf(question, { git: 'yes' })}`);
        terminal.type('Enter');
      }
      await terminal.shows(`? ${message}`);
      terminal.type('C-c');
      expect(await terminal.shows('exit code 130')).toContain('Cancelled. Nothing was written.');
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  test('being told to end while it asks leaves nothing either', async () => {
    terminal.start(cwd, `sh -c 'echo $$ > pid; exec ${command}'`);
    await terminal.shows('? What should it learn?');
    process.kill(Number(readFileSync(join(cwd, 'pid'), 'utf8')), 'SIGTERM');
    await terminal.shows('exit code 130');
    expect(readdirSync(cwd)).toEqual(['pid']);
  });

  test('Ctrl-C while packages are installed leaves a whole project, and says how to go on', async () => {
    const bin = join(cwd, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\nexec sleep 600\n');
    chmodSync(join(bin, 'npm'), 0o755);
    terminal.start(cwd, `PATH='${bin}':"$PATH" ${command}`);
    await takeDefaults();
    await terminal.shows('npm installs the packages');
    terminal.type('C-c');
    expect(await terminal.shows('exit code 130')).toMatch(
      /complete, but its packages are not installed:\n +cd digit-reader\n +npm install/,
    );
    expect(existsSync(join(cwd, 'digit-reader', '.dl-project', 'manifest.json'))).toBe(true);
    expect(readdirSync(cwd).sort()).toEqual(['bin', 'digit-reader']);
  });

  test('40 columns are enough: no line breaks inside a word', async () => {
    terminal.start(cwd, `${command} --skip-install`, 40);
    await terminal.shows('? What should it learn?');
    terminal.type('Enter');
    await terminal.shows(/synthetic-digits\n {2}idx\n.*14,000 drawn 28x28 digits, nothing to\ndownload/s);
    terminal.type('Enter');
    await terminal.shows('LeNet-5 of the pruning papers');
    terminal.type('Down');
    await terminal.shows('LeNet-5 of 1998, 44,426 weights, eight\ntimes less to compute');
    terminal.type('Enter');
    await terminal.shows('? Make it small or fast?');
    terminal.type('Enter');
    const screen = await terminal.shows('exit code 0');
    expect(screen).toMatch(/npm run train +teach it\n/);
    expect(screen).not.toMatch(/train.*compress/); // one column
    expect(screen).toMatch(/search better\n +settings/);
  });

  test('a window that changes its size meanwhile stays readable', async () => {
    terminal.start(cwd, command, 100);
    await terminal.shows('? What should it learn?');
    await terminal.resize(40, 12);
    terminal.type('Down', 'Up', 'Enter');
    await terminal.shows(/synthetic-digits\n {2}idx/);
    await terminal.resize(120, 40);
    terminal.type('Down', 'Enter');
    await terminal.shows('lenet5-classic  LeNet-5 of 1998, 44,426 weights, eight times less to compute');
    expect(terminal.screen()).toMatch(/✔ Which data\? idx\n/);
    terminal.type('C-c');
    await terminal.shows('exit code 130');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('several lines that are pasted answer at most as many questions, and Ctrl-C still leaves nothing', async () => {
    terminal.start(cwd, `node ${dist}cli.js digit-reader --ask-all`);
    await terminal.shows('? What should it learn?');
    terminal.paste('predict\nrm -rf *\n$(touch pwned)\n');
    await terminal.shows('✔ What should it learn?');
    await wait(500);
    terminal.type('C-c');
    expect(await terminal.shows('exit code 130')).not.toContain('    at ');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('a terminal that can do nothing (TERM=dumb) gets through all questions', async () => {
    terminal.start(cwd, `TERM=dumb ${command} --skip-install`);
    await takeDefaults();
    await terminal.shows('exit code 0');
    expect(existsSync(join(cwd, 'digit-reader', 'config.ts'))).toBe(true);
  });

  test('NO_COLOR is respected', async () => {
    terminal.start(cwd, `NO_COLOR=1 ${command}`);
    await terminal.shows('? What should it learn?');
    expect(terminal.screen('-e').replaceAll('\u001b', 'ESC')).not.toMatch(/ESC\[[\d;]*3\dm/);
    terminal.type('C-c');
    await terminal.shows('exit code 130');
  });

  test('a folder that is not empty is written into only after a yes', async () => {
    mkdirSync(join(cwd, 'digit-reader'));
    writeFileSync(join(cwd, 'digit-reader', 'README.md'), 'mine');
    terminal.start(cwd, command);
    await terminal.shows('digit-reader is not empty: README.md. Write into it? That replaces README.md.');
    terminal.type('Enter');
    await terminal.shows('exit code 130');
    expect(readdirSync(join(cwd, 'digit-reader'))).toEqual(['README.md']);
  });
});

describe('the bundle', () => {
  test('loads neither Yeoman nor the prompts for --help, --version and --dry-run', () => {
    const loaded = new Set<string>();
    const follow = (file: string) => {
      if (loaded.has(file)) return;
      loaded.add(file);
      for (const [, next] of readFileSync(join(dist, file), 'utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) follow(next);
    };
    follow('cli.js');
    follow(readdirSync(dist).find((file) => file.startsWith('dry-run-'))!);
    const text = [...loaded].map((file) => readFileSync(join(dist, file), 'utf8')).join('');
    expect(text).not.toMatch(/yeoman:environment|inquirer/);
    expect(text.length).toBeLessThan(130_000); // Yeoman alone has 280,000
  });
});
