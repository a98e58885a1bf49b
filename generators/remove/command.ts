import type { CommandCall } from '../command-line.ts';
import { exitCodes, UsageError } from '../engine/exit.ts';
import { describeFlags, type Flag, quote } from '../engine/flags.ts';
import { didYouMean } from '../engine/nearest.ts';
import { spellings } from '../project/module-name.ts';
import { projectCommand } from '../project/project-command.ts';
import { ProjectFiles } from '../project/project-files.ts';
import { ownOf, requireProject } from '../project/project-state.ts';
import { readModuleCall } from '../project/read-module-call.ts';
import { planRemoval } from './plan-removal.ts';

const ownFlags: readonly Flag[] = [
  { name: 'force', summary: 'Remove it although it was changed, or something still uses it' },
  { name: 'dry-run', summary: 'List what would be removed, and touch nothing' },
  { name: 'json', summary: 'Print one JSON object, for tools' },
  { name: 'help', short: 'h', summary: 'Show this' },
];

/** `remove <module> <name>`: undoes what `add` did, as long as nobody changed it. */
export async function run(call: CommandCall): Promise<number> {
  const { terminal, output } = call;
  const { entry, generator, name, parsed } = await readModuleCall('remove', call, ownFlags, false);
  if (!entry || !generator || name === undefined || parsed.switches.has('help')) {
    const help = `\n  npm run remove <module> <name>         takes a module out that add put in\n\n${describeFlags(ownFlags)}\n`;
    output.result(help, { help });
    return exitCodes.done;
  }
  const project = requireProject(terminal.cwd);
  const own = ownOf(project.added, entry.name);
  if (!Object.hasOwn(own, name)) {
    const names = Object.keys(own);
    throw new UsageError(
      `add put no ${entry.name} ${quote(name)} into this project.${didYouMean(name, names)} It put in: ${names.join(', ') || 'none'}.`,
    );
  }
  const files = new ProjectFiles(project.root);
  const removal = planRemoval(entry, generator, { ...spellings(name), answers: own[name], project }, files);
  const { removed, changed, objections, writes } = removal;
  if (objections.length > 0 && !parsed.switches.has('force')) {
    const force = projectCommand(project.packageManager, 'remove', entry.name, name, '--force');
    throw new UsageError(`${name} stays, and nothing was written:\n  ${objections.join('\n  ')}\nTo remove it all the same: ${force}`);
  }
  const isDryRun = parsed.switches.has('dry-run');
  if (!isDryRun) files.write(writes);
  const rows = [...removed.map((path) => `removed  ${path}`), ...changed.map((path) => `changed  ${path}`)];
  const head = isDryRun ? '  Without --dry-run:\n' : '';
  const text =
    rows.length > 0
      ? rows.map((row) => `  ${row}`).join('\n')
      : `  ${name} was gone already; the project's list of what add put in has it no more.`;
  output.result(`${head}${text}`, { module: entry.name, name, removed, changed, dryRun: isDryRun });
  return exitCodes.done;
}
