#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { didYouMean } from '../core/nearest.ts';
import { describeError } from '../runs/script-process.ts';
import { commands } from './commands.ts';

process.exitCode = await main(process.argv.slice(2));

/** Runs one command line. Exit codes: 0 done, 1 failure, 2 usage. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const [first, ...rest] = args;
    if (first === undefined) return show(help(), 2);
    if (first.startsWith('-')) return option(args);
    const entry = commands.find((command) => command.name === first);
    if (!entry) return show(unknownCommand(first), 2);
    const command = await entry.load();
    if (rest.includes('--help') || rest.includes('-h')) return show(command.help);
    return await command.run(rest);
  } catch (error) {
    const described = describeError(error);
    // Anything else is a bug of ours: its stack is what we want to see in the report.
    if (!described) throw error;
    return show(described.text, described.exitCode);
  }
}

function option(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    strict: false,
    allowPositionals: true,
  });
  if (values.help) return show(help());
  if (values.version) return show(version());
  return show(`${args[0]} is not an option. Allowed: --help, --version, or the name of a command.`, 2);
}

/** To standard output when it was asked for, to standard error when something was wrong. */
function show(text: string, exitCode = 0): number {
  (exitCode === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  return exitCode;
}

function help(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const list = commands.map((command) => `  ${command.name.padEnd(width)}   ${command.summary}`);
  return ['dl-project <command>', '', ...list, '', 'dl-project <command> --help says more; dl-project --version.'].join('\n');
}

function unknownCommand(name: string): string {
  const names = commands.map((command) => command.name);
  return `There is no command ${JSON.stringify(name)}.${didYouMean(name, names)} Known: ${names.join(', ')}.`;
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
