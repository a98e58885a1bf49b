import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TimedCommand } from './timed-process.ts';

/** The generators we are measured beside. */
export const peers = {
  createVite: 'create-vite@9.3.0',
  hygen: 'hygen@6.2.11',
  plop: 'plop@4.0.5',
  cookiecutter: 'cookiecutter==2.7.1',
  copier: 'copier==9.19.1',
};

/** Text file by path, for a project called `my-app`: what each peer's template is made from. */
export type SampleProject = ReadonlyMap<string, string>;

/**
 * Makes for each peer a template of the same files, with the project's name to fill in, and says how a project is made
 * from it. create-vite has its own template. The peers are installed once, into the user's cache.
 */
export function prepareScaffolders(project: SampleProject, place: string, folder: () => string): Record<keyof typeof peers, TimedCommand> {
  const { npm, python } = installPeers();
  const templates = join(place, 'templates');
  const bin = (name: string) => join(npm, 'node_modules', name);

  const hygen = writeFiles(join(templates, 'hygen', '_templates', 'project', 'new'), project, (path, text) => ({
    path: `${path.replaceAll('/', '__')}.ejs.t`,
    text: `---\nto: <%= name %>/${path}\n---\n${filled(text.replaceAll('<%', '<%%'), '<%= name %>')}`,
  }));
  const plop = join(templates, 'plop');
  writeFiles(join(plop, 'files'), project, (path, text) => ({ path, text: filled(text.replaceAll('{{', '\\{{'), '{{name}}') }));
  writeFileSync(
    join(plop, 'plopfile.mjs'),
    `export default (plop) => plop.setGenerator('project', {
  prompts: [{ type: 'input', name: 'name', message: 'name' }],
  actions: [{ type: 'addMany', destination: process.cwd() + '/{{name}}', base: 'files', templateFiles: 'files/**', globOptions: { dot: true }, stripExtensions: [] }],
});\n`,
  );
  const jinja = (text: string, name: string) =>
    filled(
      text.replace(/\{[{%#]/g, (mark) => `{{ '${mark}' }}`),
      name,
    );
  const cookiecutter = join(templates, 'cookiecutter');
  const cookie = '{{cookiecutter.name}}';
  writeFiles(join(cookiecutter, cookie), project, (path, text) => ({ path, text: jinja(text, cookie) }));
  writeFileSync(join(cookiecutter, 'cookiecutter.json'), '{ "name": "app" }\n');
  const copier = join(templates, 'copier');
  writeFiles(copier, project, (path, text) => ({ path, text: jinja(text, '{{ name }}') }));
  writeFileSync(join(copier, 'copier.yml'), '_templates_suffix: ""\nname:\n  type: str\n  default: app\n');

  const node = (script: string, ...args: string[]): TimedCommand => ({ program: process.execPath, args: [script, ...args], folder });
  const inPython = (program: string, ...args: string[]): TimedCommand => ({ program: join(python, 'bin', program), args, folder });
  const hygenRoot = dirname(dirname(dirname(hygen)));
  return {
    createVite: node(bin('create-vite/index.js'), 'app', '--template', 'vanilla-ts', '--no-interactive'),
    hygen: {
      ...node(bin('hygen/dist/bin.js'), 'project', 'new', '--name', 'app'),
      environment: { HYGEN_TMPLS: join(hygenRoot, '_templates') },
    },
    plop: node(bin('plop/bin/plop.js'), '--plopfile', join(plop, 'plopfile.mjs'), 'project', 'app'),
    cookiecutter: inPython('cookiecutter', '--no-input', cookiecutter),
    copier: inPython('copier', 'copy', '--quiet', '--defaults', copier, 'app'),
  };
}

/** The name of the project as the template says it. */
function filled(text: string, name: string): string {
  return text.replaceAll('my-app', name);
}

function writeFiles(folder: string, project: SampleProject, write: (path: string, text: string) => { path: string; text: string }): string {
  for (const [from, content] of project) {
    const { path, text } = write(from, content);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function installPeers(): { npm: string; python: string } {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dl-project-bench', 'scaffolders');
  const { createVite, hygen, plop, cookiecutter, copier } = peers;
  const wanted = JSON.stringify(peers);
  const stamp = join(cache, 'installed.json');
  const python = join(cache, 'venv');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { npm: cache, python };
  console.log('  installing create-vite, hygen, plop, cookiecutter and copier once, for comparison');
  mkdirSync(cache, { recursive: true });
  must('npm', ['install', '--prefix', cache, '--no-audit', '--no-fund', '--loglevel=error', createVite, hygen, plop]);
  must('python3', ['-m', 'venv', python]);
  must(join(python, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', cookiecutter, copier]);
  writeFileSync(stamp, wanted);
  return { npm: cache, python };
}

function must(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed.`);
}
