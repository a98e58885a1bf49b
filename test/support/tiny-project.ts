import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What a script said and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A generated project in small: the real templates, a dataset of 4x4 images and a model of 200 weights. */
export interface TinyProject {
  readonly root: string;
  /** Runs a script as `npm run <script>` would. */
  run(script: string, words?: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Outcome>;
  /** Starts a script without waiting. */
  start(script: string, words?: readonly string[], environment?: NodeJS.ProcessEnv): ChildProcess;
  remove(): void;
}

/** Puts a tiny project into a temporary folder; `dl-project/...` is the source, so that nothing needs a build. */
export function makeTinyProject(): TinyProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tiny-project-')));
  for (const file of ['train', 'evaluate', 'compress', 'sensitivity', 'latency', 'predict', 'tune', 'summary', 'playground', 'project']) {
    cpSync(join(repository, `templates/app/src/${file}.ts`), join(root, `src/${file}.ts`));
  }
  for (const folder of ['layers', 'losses', 'metrics', 'callbacks'])
    cpSync(join(repository, `templates/app/src/${folder}`), join(root, `src/${folder}`), { recursive: true });
  cpSync(join(repository, 'test/support/tiny-project'), root, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction');
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(tsconfig(), null, 2));

  const start: TinyProject['start'] = (script, words = [], environment = {}) =>
    spawn(
      process.execPath,
      ['--import', pathToFileURL(join(repository, 'node_modules/tsx/dist/loader.mjs')).href, `src/${script}.ts`, ...words],
      {
        cwd: root,
        env: { ...withoutNpm(), DL_BACKEND: 'wasm', TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'), ...environment },
      },
    );
  return {
    root,
    start,
    run: (script, words, environment) => outcome(start(script, words, environment)),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Waits for a process that was started. */
export function outcome(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

function tsconfig(): object {
  return {
    extends: join(repository, 'templates/app/tsconfig.json'),
    compilerOptions: { paths: { 'dl-project/*': [join(repository, 'src/*/index.ts')] } },
    include: ['config.ts', 'src', 'compression', 'experiments', 'tuning'],
  };
}

/** The test's own environment without what npm put there. */
function withoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
