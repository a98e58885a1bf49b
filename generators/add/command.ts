import type { CommandCall } from '../command-line.ts';
import { exitCodes } from '../engine/exit.ts';
import { describeFlags, type Flag } from '../engine/flags.ts';
import { refuseUnknownAnswers } from '../engine/questions.ts';
import { modules } from '../modules.ts';
import type { ModuleInput } from '../project/module-generator.ts';
import { readModuleName } from '../project/module-name.ts';
import { ProjectFiles } from '../project/project-files.ts';
import { requireProject } from '../project/project-state.ts';
import { readModuleCall } from '../project/read-module-call.ts';
import { addedScreen } from './added-screen.ts';
import { planAddition } from './plan-addition.ts';

const ownFlags: readonly Flag[] = [
  { name: 'dry-run', summary: 'List what would be written, and touch nothing' },
  { name: 'json', summary: 'Print one JSON object, for tools' },
  { name: 'help', short: 'h', summary: 'Show this' },
];

/** `add <module> <name>`: writes a module and its test, and registers it. */
export async function run(call: CommandCall): Promise<number> {
  const { terminal, output } = call;
  const { entry, generator, name, parsed, flags } = await readModuleCall('add', call, ownFlags, true);
  if (!entry || !generator || name === undefined || parsed.switches.has('help')) {
    output.result(help(flags), { help: help(flags) });
    return exitCodes.done;
  }
  const answers = Object.fromEntries(parsed.values);
  refuseUnknownAnswers(generator.questions ?? [], answers);
  const moduleName = readModuleName(name, `add ${entry.name}`);
  const project = requireProject(terminal.cwd);
  const files = new ProjectFiles(project.root);
  const input: ModuleInput = { ...moduleName, answers, project };
  const addition = planAddition(entry, generator, input, files);
  const isDryRun = parsed.switches.has('dry-run');
  if (!isDryRun && addition.writes.length > 0) files.write(addition.writes);
  const { text, data } = addedScreen(entry, generator, input, addition, { isDryRun, columns: terminal.columns });
  output.result(text, data);
  return exitCodes.done;
}

function help(flags: readonly Flag[]): string {
  const width = Math.max(...modules.map(({ name }) => name.length)) + 2;
  const kinds = modules.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return `
  npm run add <module> <name>            writes a module and its test, and registers it
  npm run add callback slack-message

${kinds.join('\n')}

${describeFlags(flags)}
`;
}
