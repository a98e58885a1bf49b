import type { CommandCall } from '../command-line.ts';
import { UsageError } from '../engine/exit.ts';
import { type Flag, type ParsedFlags, parseFlags, quote } from '../engine/flags.ts';
import { didYouMean } from '../engine/nearest.ts';
import { withSwallowedSwitches } from '../engine/npm-flags.ts';
import { flagOf } from '../engine/questions.ts';
import { type ModuleEntry, modules } from '../modules.ts';
import type { ModuleGenerator } from './module-generator.ts';

/** `add model my-net --like lenet5`, understood as far as it goes without a project. */
export interface ModuleCall {
  /** Undefined where only help is asked for. */
  readonly entry: ModuleEntry | undefined;
  readonly generator: ModuleGenerator | undefined;
  /** As typed. */
  readonly name: string | undefined;
  readonly parsed: ParsedFlags;
  readonly flags: readonly Flag[];
}

/**
 * Reads the words behind `add` or `remove`. The kind of module comes first, since its questions are flags.
 * @param asksQuestions whether the flags of the module's questions are taken
 * @throws UsageError for an unknown kind, a missing or second name, or a flag that npm kept
 */
export async function readModuleCall(
  command: string,
  { argv, terminal: { environment } }: CommandCall,
  own: readonly Flag[],
  asksQuestions: boolean,
): Promise<ModuleCall> {
  const kind = argv.find((word) => !word.startsWith('-'));
  const entry = modules.find((one) => one.name === kind);
  const generator = entry && (await entry.load()).default;
  const questions = asksQuestions ? (generator?.questions ?? []) : [];
  const flags = [...questions.map(flagOf), ...own];
  const parsed = withSwallowedSwitches(parseFlags(argv, flags), environment);
  const [, name, ...strays] = parsed.positionals;
  if (parsed.switches.has('help')) return { entry, generator, name, parsed, flags };
  const names = modules.map((one) => one.name);
  const allowed = `Type: ${command} <module> <name>\nModules: ${names.join(', ')}`;
  if (kind === undefined) throw new UsageError(`Which module? ${allowed}`);
  if (!entry) throw new UsageError(`There is no kind of module ${quote(kind)}.${didYouMean(kind, names)} ${allowed}`);
  const kept = questions.find((question) => environment[`npm_config_${question.name}`] !== undefined);
  if (kept) {
    const value = [environment[`npm_config_${kept.name}`], strays[0], `<${kept.name}>`].find((text) => text && text !== 'true');
    throw new UsageError(
      `npm kept --${kept.name} for itself: flags stand behind two dashes. Type:\n  npm run ${command} ${kind} ${name ?? '<name>'} -- --${kept.name} ${value}`,
    );
  }
  if (name === undefined) throw new UsageError(`Which name shall the ${kind} have? Type: ${command} ${kind} my-${kind}`);
  if (strays.length > 0) throw new UsageError(`One name is expected, but these came too: ${strays.map(quote).join(', ')}.`);
  return { entry, generator, name, parsed, flags };
}
