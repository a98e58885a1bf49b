import type { CommandCall } from '../command-line.ts';
import { exitCodes } from '../engine/exit.ts';
import { describeFlags, type Flag, parseFlags } from '../engine/flags.ts';
import { scriptCommand } from '../engine/package-manager.ts';
import { modules } from '../modules.ts';
import { presetTitle } from '../preset/preset.ts';
import { ProjectFiles } from '../project/project-files.ts';
import { type AddedModules, findProject, ownOf } from '../project/project-state.ts';

const flags: readonly Flag[] = [
  { name: 'json', summary: 'Print one JSON object, for tools' },
  { name: 'help', short: 'h', summary: 'Show this' },
];

/** `list`: the kinds of modules, and in a project the files it has of each. */
export async function run({ argv, terminal, output }: CommandCall): Promise<number> {
  if (parseFlags(argv, flags).switches.has('help')) {
    const help = `\n  npx create-dl-project list       the kinds of modules, and what the project has of each\n\n${describeFlags(flags)}\n`;
    output.result(help, { help });
    return exitCodes.done;
  }
  const project = findProject(terminal.cwd);
  const files = project && new ProjectFiles(project.root);
  const rows = modules.map(({ name, summary, folder }) => {
    const added = Object.keys(ownOf(project?.added ?? {}, name));
    const has = files
      ?.list(folder)
      .filter((file) => (file.endsWith('.ts') && file !== 'index.ts') || added.includes(file)) // some are folders
      .map((file) => file.replace(/\.ts$/, ''))
      .filter((file) => kindOf(file, folder, project?.added ?? {}) === name)
      .sort();
    return { module: name, summary, has: has ?? [], added };
  });
  const width = Math.max(...rows.map(({ summary }) => summary.length)) + 4;
  const table = rows.map(({ module, summary, has }) => `  ${module.padEnd(12)}${summary.padEnd(width)}${has.join(', ')}`.trimEnd());
  const add = project ? scriptCommand(project.packageManager, 'add', '<module>', '<name>') : 'in a project: npm run add <module> <name>';
  const preset = project?.preset;
  const from = preset ? [`  ${'preset'.padEnd(12)}${presetTitle(preset)}`, ''] : [];
  output.result(['', ...table, '', ...from, `  ${add}`, ''].join('\n'), {
    project: project?.root ?? null,
    preset: preset ?? null,
    modules: rows,
  });
  return exitCodes.done;
}

/** Of kinds that share a folder the one that added the file, else the first: a tracker lies among the callbacks, and is one. */
function kindOf(file: string, folder: string, added: AddedModules): string | undefined {
  const kinds = modules.filter((module) => module.folder === folder).map(({ name }) => name);
  return kinds.find((name) => Object.hasOwn(ownOf(added, name), file)) ?? kinds[0];
}
