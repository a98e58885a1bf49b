import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planProject } from '../../generators/app/plan.ts';
import { appInput, everyPair, templates } from './app-input.ts';
import { everyChoice } from './modules/module-choices.ts';
import { ProjectFolder } from './modules/project-folder.ts';
import { presets } from './presets.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The projects of the whole option matrix on the disk, `project-<index of its answers>`, and the kept ones with every module
 * added, `modules-<name>`; and the tools that look at all of them at once.
 */
export class MatrixFolder {
  readonly combinations = everyPair();
  // Inside the repository, so that the packages are found; below .cache, so that no tool looks at it by itself.
  readonly #folder: string;

  constructor(name: string) {
    this.#folder = join(root, '.cache', name);
  }

  async write(): Promise<void> {
    this.remove();
    this.combinations.forEach((answers, index) => {
      for (const [path, text] of planProject(appInput(answers), templates)) {
        const file = join(this.#folder, `project-${index}`, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    });
    for (const preset of Object.keys(presets)) {
      const project = new ProjectFolder(preset, join(this.#folder, `modules-${preset}`));
      for (const words of await everyChoice(preset)) await project.must('add', ...words);
    }
  }

  /** Format and lint of everything. @returns what is wrong, empty if nothing is */
  biome(): string {
    const rules = {
      formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 140 },
      javascript: { formatter: { quoteStyle: 'single' } },
    };
    writeFileSync(join(this.#folder, 'biome.json'), `${JSON.stringify({ root: true, ...rules }, undefined, 2)}\n`);
    return this.#tool('biome', 'check', '--config-path', this.#folder, this.#folder);
  }

  /** Types of some folders under a project's own tsconfig.json, in one program. @returns what is wrong, empty if nothing is */
  tsc(folders: readonly string[]): string {
    const paths = { 'dl-project/*': [join(root, 'src', '*', 'index.ts')] };
    const include = folders.map((folder) => `${folder}/**/*.ts`);
    const config = { extends: './project-0/tsconfig.json', compilerOptions: { paths }, include, exclude: ['node_modules'] };
    writeFileSync(join(this.#folder, 'tsconfig.json'), JSON.stringify(config));
    return this.#tool('tsc', '-p', join(this.#folder, 'tsconfig.json'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tool(name: string, ...args: string[]): string {
    const program = join(root, 'node_modules', '.bin', name);
    const options = { cwd: this.#folder, encoding: 'utf8', shell: process.platform === 'win32' } as const;
    const { status, stdout, stderr } = spawnSync(program, args, options);
    return status === 0 ? '' : `${name} ended with ${status}:\n${stdout}${stderr}`;
  }
}
