// `npm start`: from a fresh checkout to a trained, tested and compressed model in `my-dl-project/`.
// Plain JavaScript, because it runs before anything is installed.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packLocal } from './pack-local.mjs';
import { installIfNeeded, requireNode, run } from './steps.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const name = 'my-dl-project';
const project = join(root, name);
const begin = Date.now();

requireNode();
say('1/6  install and build');
installIfNeeded(root);
run('npm', ['run', '--silent', 'build'], { cwd: root });

say('2/6  pack both packages');
const packages = packLocal(root, join(root, '.cache', 'packages'));
console.log(`  ${relative(root, packages.generator)}\n  ${relative(root, packages.runtime)}`);

say(`3/6  create ${name}/`);
const created = createOrRefresh();

say('4/6  train');
script('train');
say('5/6  evaluate and predict');
script('evaluate');
script('predict');
say('6/6  compress');
script('compress');
close();

/** A new project, or the present one with the newest runtime: what the user changed in it stays. */
function createOrRefresh() {
  if (!existsSync(project) || readdirSync(project).length === 0) {
    const generator = join(root, '.cache', 'generator');
    run('npm', ['install', '--prefix', generator, '--no-save', '--silent', '--no-audit', '--no-fund', packages.generator], { cwd: root });
    const cli = join(generator, 'node_modules', 'create-dl-project', 'dist', 'cli.js');
    run(
      process.execPath,
      [cli, name, '--yes', '--skip-git', '--runtime', packages.runtime, '--generator', packages.generator, ...dataFlags()],
      { cwd: root, shell: false },
    );
    return true;
  }
  if (!existsSync(join(project, '.yo-rc.json'))) {
    console.error(`${name}/ is there but was not made by create-dl-project. Move it away and run npm start again.`);
    process.exit(1);
  }
  const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  const spec = `file:${relative(project, packages.runtime).replaceAll('\\', '/')}`;
  if (dependencies['dl-project'] === spec && existsSync(join(project, 'node_modules', 'dl-project'))) {
    console.log(`  ${name}/ is there and up to date; your changes in it are kept`);
  } else {
    console.log(`  ${name}/ is there: your changes are kept, the runtime is renewed`);
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', packages.runtime], { cwd: project });
  }
  return false;
}

/** MNIST where `DL_DATA_DIR` has it (a small net, so that all fits into three minutes), else the drawn digits. */
function dataFlags() {
  const folder = process.env.DL_DATA_DIR && join(process.env.DL_DATA_DIR, 'mnist');
  if (!folder || !existsSync(folder)) return ['--data', 'synthetic-digits'];
  return ['--data', 'idx', '--data-folder', folder, '--model', 'lenet5-classic'];
}

function script(command) {
  run('npm', ['run', '--silent', command], { cwd: project });
}

function close() {
  const runFolder = latestRun();
  const models = findModels(join(project, runFolder));
  const lines = [
    [created ? 'a new project' : 'your project', `${name}/`],
    ['start reading with', `${name}/config.ts, ${name}/src/train.ts`],
    ['checkpoints and log', `${name}/${runFolder}/`],
    ['the report', `${name}/${runFolder}/report.html`],
    ...models.map((model) => [`the model, ${(model.bytes / 1024).toFixed(1)} KB`, relative(root, model.path).replaceAll('\\', '/')]),
    ['go on', `cd ${name}`],
    ['other settings', 'npm run train training.epochs=3'],
    ['better settings', 'npm run tune'],
    ['its tests', 'npm test'],
  ];
  console.log(`\nDone in ${Math.round((Date.now() - begin) / 1000)} s.`);
  for (const [what, where] of lines) console.log(`  ${what.padEnd(22)}${where}`);
}

/** The folder of the newest training, inside the project: `runs/latest` is a link to it, or a text where the disk knows no links. */
function latestRun() {
  const latest = join(project, 'runs', 'latest');
  if (!statSync(latest).isDirectory()) return readFileSync(latest, 'utf8').trim();
  return relative(realpathSync(project), realpathSync(latest)).replaceAll('\\', '/');
}

function findModels(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => path.endsWith('model.safetensors'))
    .map((path) => ({ path, bytes: statSync(path).size }));
}

function say(text) {
  console.log(`\n== ${text}`);
}
