import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commands } from '../../../generators/commands.ts';
import { ProjectFolder } from './project-folder.ts';

const project = new ProjectFolder();
const sources = fileURLToPath(new URL('../../../generators/', import.meta.url));

test('every command is in the help, and has a help of its own that touches nothing', async () => {
  const before = project.snapshot();
  const help = await project.must('--help');
  for (const { name, usage } of commands) {
    if (name !== 'create') expect(help).toContain(usage);
    expect((await project.run([name, '--help'])).out).toContain(name);
  }
  expect(project.snapshot()).toEqual(before);
});

test('a project may be called like a command: create add', async () => {
  const cwd = join(project.root, '..');
  const { code, out } = await project.run(['create', 'add', '--dry-run'], { cwd });
  expect(code).toBe(0);
  expect(out).toContain('would create add/config.ts');
});

test.each([
  ['main.ts', ['yeoman', '@babel', 'magic-string', 'ejs', 'inquirer']],
  ['list/command.ts', ['yeoman', '@babel', 'magic-string', 'ejs', 'inquirer']],
  ['app/command.ts', ['yeoman', '@babel', 'magic-string', 'inquirer']],
  ['add/command.ts', ['yeoman', 'inquirer']],
])('%s starts without %j', (file, heavy) => {
  const packages = packagesOf(join(sources, file));
  expect(packages.filter((name) => heavy.some((one) => name.includes(one)))).toEqual([]);
});

/** The packages that a file and what it imports load at their start. */
function packagesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  const imports = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm)].map((match) => match[1]);
  return imports.flatMap((name) => (name.startsWith('.') ? packagesOf(join(file, '..', name), seen) : [name]));
}
