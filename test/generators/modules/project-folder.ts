import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { planProject } from '../../../generators/app/plan.ts';
import { main } from '../../../generators/main.ts';
import { templates } from '../app-input.ts';
import { keptInput, type presets } from '../presets.ts';

/** A project on the disk, as the generator writes it, and its commands. */
export class ProjectFolder {
  readonly root: string;

  constructor(preset: keyof typeof presets = 'digits', root = join(mkdtempSync(join(tmpdir(), 'project-')), 'digits')) {
    this.root = root;
    for (const [path, text] of planProject(keptInput(preset), templates)) this.write(path, text);
  }

  /** Runs `create-dl-project` in the project, or in a folder of it, without a terminal. */
  async run(argv: readonly string[], { cwd = this.root, environment = {} as Record<string, string>, columns = 200 } = {}) {
    const said: string[] = [];
    const failed: string[] = [];
    const print = (text: string) => said.push(text);
    const code = await main(argv, { cwd, environment, isTerminal: false, columns, print, printError: (text) => failed.push(text) });
    return { code, out: said.join('\n'), error: failed.join('\n') };
  }

  /** The same; a failure is an error with what was said. */
  async must(...argv: string[]): Promise<string> {
    const { code, out, error } = await this.run(argv);
    if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${error}`);
    return out;
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Every file with its text: what a command changed. */
  snapshot(): Map<string, string> {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(this.root.length + 1));
    return new Map(paths.sort().map((path) => [path.replaceAll('\\', '/'), this.read(path)]));
  }
}
