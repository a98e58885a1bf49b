import { readFileSync } from 'node:fs';
import { flags } from './app/options.ts';
import { readRequest } from './app/request.ts';
import { exitCodes } from './engine/exit.ts';
import { describeFlags, parseFlags } from './engine/flags.ts';
import type { Surroundings } from './engine/interactive.ts';
import { refuseSwallowedFlags, withSwallowedSwitches } from './engine/npm-flags.ts';
import { createOutput, type Output, type Streams } from './engine/output.ts';
import { createCommand } from './engine/package-manager.ts';
import { commandTable } from './engine/screen.ts';
import { packageRoot } from './package-root.ts';

/** Where the command runs and prints. */
export type Terminal = Surroundings & Streams;

/** The command `create-dl-project`. Returns the exit code; Yeoman and prompts are loaded only to create something. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const output = createOutput(terminal, argv.includes('--json') || terminal.environment.npm_config_json === 'true');
  try {
    return await run(argv, terminal, output);
  } catch (error) {
    return output.error(error);
  }
}

async function run(argv: readonly string[], terminal: Terminal, output: Output): Promise<number> {
  const parsed = withSwallowedSwitches(parseFlags(argv, flags), terminal.environment);
  const version = readVersion();
  const text = help(terminal.environment);
  if (parsed.switches.has('help')) output.result(text, { help: text });
  else if (parsed.switches.has('version')) output.result(version, { version });
  else {
    refuseSwallowedFlags(parsed, flags, terminal.environment);
    const request = readRequest(parsed, terminal, version);
    if (parsed.switches.has('dry-run')) {
      const { dryRun } = await import('./app/dry-run.ts');
      return dryRun(request, output);
    }
    const { create } = await import('./app/create.ts');
    return create(request, output);
  }
  return exitCodes.done;
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')).version;
}

function help(environment: Terminal['environment']): string {
  const typed = (...words: string[]) => createCommand(environment, ['<folder>'], words);
  const examples = [
    [typed(), 'asks five questions'],
    [typed('--yes'), 'asks nothing'],
    [typed('--data iris', '--licence MIT'), 'asks what the flags leave open'],
  ] as const;
  return `
${commandTable(examples, 0)}

${describeFlags(flags)}

  Exit codes: 0 done, 1 failure, 2 wrong usage (nothing was written), 3 conflicts, 130 cancelled.
`;
}
