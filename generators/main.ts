import { readFileSync } from 'node:fs';
import type { CommandEntry, Terminal } from './command-line.ts';
import { commands } from './commands.ts';
import { exitCodes, UsageError } from './engine/exit.ts';
import { didYouMean } from './engine/nearest.ts';
import { createOutput } from './engine/output.ts';
import { packageRoot } from './package-root.ts';

/** The command `create-dl-project`. Returns the exit code; each command is loaded when it is called. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const output = createOutput(terminal, argv.includes('--json') || terminal.environment.npm_config_json === 'true');
  try {
    const version: string = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')).version;
    if (argv[0] === '--version' || argv[0] === '-v') {
      output.result(version, { version });
      return exitCodes.done;
    }
    const [command, words] = findCommand(argv);
    const { run } = await command.load();
    return await run({ argv: words, terminal, output, commands, version });
  } catch (error) {
    return output.error(error);
  }
}

/** The command of the first word; any other word is the folder of a new project, unless it looks like a mistyped command. */
function findCommand(argv: readonly string[]): readonly [CommandEntry, readonly string[]] {
  const [first = '', ...rest] = argv;
  const named = commands.find(({ name }) => name === first);
  if (named) return [named, rest];
  const names = commands.map(({ name }) => name);
  const nearest = rest.length > 1 && !rest[0].startsWith('-') ? didYouMean(first, names) : '';
  if (nearest) throw new UsageError(`There is no command ${first}.${nearest} All commands: create-dl-project --help`);
  return [commands[0], argv];
}
