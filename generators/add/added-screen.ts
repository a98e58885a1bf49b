import { scriptCommand } from '../engine/package-manager.ts';
import { count } from '../engine/screen.ts';
import type { ModuleEntry } from '../modules.ts';
import type { ModuleGenerator, ModuleInput } from '../project/module-generator.ts';
import type { Addition } from './plan-addition.ts';

interface ScreenOptions {
  readonly isDryRun: boolean;
  /** Width of the terminal, in characters. */
  readonly columns: number;
}

/** What `add` says at the end: to people where everything is and what to type next, to tools the same as data. */
export function addedScreen(
  { name: kind }: ModuleEntry,
  generator: ModuleGenerator,
  input: ModuleInput,
  { created, changed, inConfig, writes }: Addition,
  { isDryRun, columns }: ScreenOptions,
): { readonly text: string; readonly data: object } {
  const { note, script } = generator.next(input);
  const tryIt = scriptCommand(input.project.packageManager, ...script);
  const data = { module: kind, name: input.name, created, changed, next: tryIt, dryRun: isDryRun };
  if (writes.length === 0) return { text: `  ${kind} ${input.name} is there already. Nothing was written.`, data };
  const lines = changed.map(({ path, lines: added }) => (added > 0 ? `${path} +${count(added, 'line')}` : path));
  const entry = generator.configEntry?.(input);
  const where = entry && [...entry.path, ...(generator.list === 'callbacks' ? [entry.name] : [])].join('.');
  const switchedOn = inConfig ? `it is on: ${where} in config.ts` : inConfig === false ? `switch it on: ${where} in config.ts` : undefined;
  const next = [switchedOn, note, `try it: ${tryIt}`].filter((one) => one !== undefined);
  const head = isDryRun ? ['  Without --dry-run this would be written:'] : [];
  return { text: [...head, row([...created, ...lines], columns), row(next, columns)].join('\n'), data };
}

/** Beside each other where they fit, else one below the other. */
function row(parts: readonly string[], columns: number): string {
  const line = `  ${parts.join('    ')}`;
  return line.length <= columns ? line : parts.map((part) => `  ${part}`).join('\n');
}
