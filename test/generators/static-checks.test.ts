import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planProject } from '../../generators/app/plan.ts';
import { appInput, everyPair, templates } from './app-input.ts';
import { everyChoice } from './modules/module-choices.ts';
import { ProjectFolder } from './modules/project-folder.ts';
import { presets } from './presets.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside the repository, so that the packages are found; below .cache, so that no tool looks at it by itself.
const folder = join(root, '.cache', 'static-checks');

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  everyPair().forEach((answers, index) => {
    for (const [path, text] of planProject(appInput(answers), templates)) {
      const file = join(folder, `project-${index}`, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  });
  for (const preset of Object.keys(presets)) {
    const project = new ProjectFolder(preset, join(folder, `modules-${preset}`));
    for (const words of await everyChoice(preset)) await project.must('add', ...words);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every project, and every module added to the kept ones, is formatted and free of lint as it is written', () => {
  const rules = {
    formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 140 },
    javascript: { formatter: { quoteStyle: 'single' } },
  };
  writeFileSync(join(folder, 'biome.json'), `${JSON.stringify({ root: true, ...rules }, undefined, 2)}\n`);
  const { status, stdout, stderr } = tool('biome', 'check', '--config-path', folder, folder);
  expect(status, stdout + stderr).toBe(0);
});

test("every task, kind of data and added module type-checks under the project's own tsconfig.json", () => {
  const combinations = everyPair();
  const first = (key: string) => (value: string) => combinations.findIndex((answers) => answers[key] === value);
  const kinds = ['synthetic-digits', 'idx', 'iris', 'csv', 'synthetic-houses'].map(first('data'));
  const paths = { 'dl-project/*': [join(root, 'src', '*', 'index.ts')] };
  const config = {
    extends: './project-0/tsconfig.json',
    compilerOptions: { paths },
    include: [...kinds.map((index) => `project-${index}/**/*.ts`), 'modules-*/**/*.ts'],
    exclude: ['node_modules'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout } = tool('tsc', '-p', join(folder, 'tsconfig.json'));
  expect(status, stdout).toBe(0);
});

function tool(name: string, ...args: string[]) {
  return spawnSync(join(root, 'node_modules', '.bin', name), args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
}
