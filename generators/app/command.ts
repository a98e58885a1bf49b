import type { CommandCall, CommandEntry, Terminal } from '../command-line.ts';
import { exitCodes } from '../engine/exit.ts';
import { describeFlags, parseFlags } from '../engine/flags.ts';
import { refuseSwallowedFlags, withSwallowedSwitches } from '../engine/npm-flags.ts';
import { createCommand } from '../engine/package-manager.ts';
import { commandList } from '../engine/screen.ts';
import { flags } from './options.ts';
import { readRequest } from './request.ts';

/** `create-dl-project [create] <folder>`: makes a project. Yeoman and prompts are loaded only when they are needed. */
export async function run({ argv, terminal, output, commands, version }: CommandCall): Promise<number> {
  const parsed = withSwallowedSwitches(parseFlags(argv, flags), terminal.environment);
  const text = help(terminal.environment, commands);
  if (parsed.switches.has('help')) output.result(text, { help: text });
  else if (parsed.switches.has('version')) output.result(version, { version });
  else {
    refuseSwallowedFlags(parsed, flags, terminal.environment);
    const request = await readRequest(parsed, terminal, version);
    if (parsed.switches.has('dry-run')) {
      const { dryRun } = await import('./dry-run.ts');
      return dryRun(request, output);
    }
    const { create } = await import('./create.ts');
    return create(request, output);
  }
  return exitCodes.done;
}

function help(environment: Terminal['environment'], commands: readonly CommandEntry[]): string {
  const typed = (...words: string[]) => createCommand(environment, ['<folder>'], words);
  const examples = [
    [typed(), 'asks five questions'],
    [typed('--yes'), 'asks nothing'],
    [typed('--data iris', '--licence MIT'), 'asks what the flags leave open'],
  ] as const;
  const inProject = commands
    .filter(({ name }) => name !== 'create')
    .map(({ usage, summary }) => [`npx create-dl-project ${usage}`, summary] as const);
  return `
${commandList(examples)}

  In a project:
${commandList(inProject)}

${describeFlags(flags)}

  Exit codes: 0 done, 1 failure, 2 wrong usage (nothing was written), 3 conflicts, 130 cancelled.
`;
}
