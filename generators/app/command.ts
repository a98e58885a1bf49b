import type { CommandCall, CommandEntry } from '../command-line.ts';
import { exitCodes } from '../engine/exit.ts';
import { describeFlags, parseFlags } from '../engine/flags.ts';
import { npmDryRun, refuseSwallowedFlags } from '../engine/npm-flags.ts';
import { flags } from './options.ts';
import { readRequest } from './request.ts';

/** `create-dl-project [create] <folder>`: makes a project. Yeoman and prompts are loaded only when they are needed. */
export async function run({ argv, terminal, output, commands, version }: CommandCall): Promise<number> {
  const parsed = parseFlags(argv, flags);
  if (parsed.switches.has('help')) {
    const text = help(commands);
    output.result(text, { help: text });
  } else if (parsed.switches.has('version')) output.result(version, { version });
  else {
    refuseSwallowedFlags(parsed, flags, terminal.environment);
    const request = readRequest(parsed, terminal, version);
    if (parsed.switches.has('dry-run') || npmDryRun(terminal.environment)) {
      const { dryRun } = await import('./dry-run.ts');
      return dryRun(request, terminal.print);
    }
    const { create } = await import('./create.ts');
    return create(request, terminal);
  }
  return exitCodes.done;
}

function help(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length)) + 2;
  const rows = commands.slice(1).map(({ usage, summary }) => `  npx create-dl-project ${usage.padEnd(width)} ${summary}`);
  return `
  npm create dl-project <folder>                        asks five questions
  npm create dl-project <folder> -- --yes               asks nothing
  npm create dl-project <folder> -- --model mlp         npm wants -- before flags; npx create-dl-project does not

  In a project:
${rows.join('\n')}

${describeFlags(flags)}

  Exit codes: 0 done, 1 failure, 2 wrong usage (nothing was written), 130 cancelled.
`;
}
