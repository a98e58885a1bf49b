import { readFileSync } from 'node:fs';
import { flags } from './app/options.ts';
import { readRequest, type Surroundings } from './app/request.ts';
import { ExitError, exitCodes } from './engine/exit.ts';
import { describeFlags, parseFlags } from './engine/flags.ts';
import { npmDryRun, refuseSwallowedFlags } from './engine/npm-flags.ts';
import { packageRoot } from './package-root.ts';

/** Where the command runs and prints. */
export interface Terminal extends Surroundings {
  readonly columns: number;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

/** The command `create-dl-project`. Returns the exit code; Yeoman and prompts are loaded only to create something. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await run(argv, terminal);
  } catch (error) {
    if (error instanceof ExitError) {
      terminal.printError(error.message.replace(/^/gm, '  '));
      return error.exitCode;
    }
    terminal.printError(`  This should not have happened; please report it with these lines.\n${(error as Error).stack ?? error}`);
    return exitCodes.failure;
  }
}

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parseFlags(argv, flags);
  const version = readVersion();
  if (parsed.switches.has('help')) terminal.print(help());
  else if (parsed.switches.has('version')) terminal.print(version);
  else {
    refuseSwallowedFlags(parsed, flags, terminal.environment);
    const request = readRequest(parsed, terminal, version);
    if (parsed.switches.has('dry-run') || npmDryRun(terminal.environment)) {
      const { dryRun } = await import('./app/dry-run.ts');
      return dryRun(request, terminal.print);
    }
    const { create } = await import('./app/create.ts');
    return create(request, terminal);
  }
  return exitCodes.done;
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')).version;
}

function help(): string {
  return `
  npm create dl-project <folder>                        asks five questions
  npm create dl-project <folder> -- --yes               asks nothing
  npm create dl-project <folder> -- --model mlp         npm wants -- before flags; npx create-dl-project does not

${describeFlags(flags)}

  Exit codes: 0 done, 1 failure, 2 wrong usage (nothing was written), 3 conflicts, 130 cancelled.
`;
}
