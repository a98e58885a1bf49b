import type { Overrides } from '../config/resolve-config.ts';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { RunSwitches } from './run.ts';
import { scriptCommand } from './script-command.ts';

/** The switches, with what they do. */
export const switchDescriptions: Readonly<Record<string, string>> = {
  'fast-dev-run': 'one batch of everything, to see that it fits',
  'overfit-batches': 'train on this many batches only (overfit-batches=1): a sound model learns them by heart',
  'limit-batches': 'only the first so many batches of each epoch (limit-batches=20)',
  'val-check-interval': 'validate after so many steps instead of after each pass over the data (val-check-interval=500)',
  'max-time': 'end the training after this time (max-time=1h30m)',
  'detect-anomaly': 'name the layer that first makes NaN; slow',
  profile: 'show at the end where the time went, per phase and per layer',
  'find-learning-rate': 'try rising learning rates instead of training, and name a good one',
  'find-batch-size': 'time batch sizes instead of training, and name a good one',
  resume: 'go on with the training that was interrupted last, or with resume=<id>; to the same bits',
  'print-config': 'print every setting as resolved, and stop',
  quiet: 'print nothing but errors',
  help: 'print the settings and switches, and stop',
};

/** The switches of scripts that may train. */
export const trainingSwitches: readonly string[] = Object.keys(switchDescriptions);

/** The switches of scripts that work on a finished training. */
export const otherSwitches = ['print-config', 'quiet', 'help'];

/** Switches that stand for a setting: what is behind `=`, or `true`, is its value. */
const shortForms: Readonly<Record<string, string>> = {
  'max-time': 'callbacks.timer.maxTime',
  'detect-anomaly': 'callbacks.terminateOnNaN.detectAnomaly',
  profile: 'callbacks.profiler',
  'find-learning-rate': 'callbacks.learningRateFinder',
  'find-batch-size': 'callbacks.batchSizeFinder',
};

/** What a command line says. */
export interface CommandLine {
  /** Every `key=value` that is no switch, in order. */
  readonly pairs: Overrides;
  readonly switches: RunSwitches;
  /** Which run goes on: what stands behind `resume=`, empty for the newest; undefined where a new one begins. */
  readonly resume: string | undefined;
  readonly printConfig: boolean;
  readonly quiet: boolean;
  readonly help: boolean;
}

/**
 * Reads `key=value` and bare words. A leading `--` is accepted, and so is `--key value`: pnpm and yarn pass flags on.
 * @param allowed the switches that the script obeys
 * @param flags settings of the script that are true or false: alone they mean true
 * @throws DlError `usage` for a word that is neither
 */
export function parseCommandLine(words: readonly string[], allowed = trainingSwitches, flags: readonly string[] = []): CommandLine {
  const pairs: [string, string][] = [];
  const switches = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i].replace(/^--/, '');
    if (word === '') continue; // the `--` that some package managers pass on
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    const next = words[i + 1];
    if (key === '') throw new DlError('usage', `${quote(word)} has no name before its "=". Settings are written key=value.`);
    if (trainingSwitches.includes(key) && !allowed.includes(key)) {
      throw new DlError('usage', `${key} changes a training only. Type: ${scriptCommand('train', key)}`);
    }
    const setting = allowed.includes(key) ? shortForms[key] : undefined;
    if (flags.includes(key) && equals < 0) pairs.push([key, 'true']);
    else if (setting) pairs.push([setting, equals < 0 ? 'true' : word.slice(equals + 1)]);
    else if (allowed.includes(key)) switches.set(key, equals < 0 ? 'true' : word.slice(equals + 1));
    else if (equals >= 0) pairs.push([key, word.slice(equals + 1)]);
    else if (word !== words[i] && next !== undefined && !next.startsWith('-') && !next.includes('=')) pairs.push([key, words[++i]]);
    else if (word === '-h') switches.set('help', 'true');
    else throw notAWord(word, [...flags, ...allowed]);
  }
  return {
    pairs,
    switches: readRunSwitches(switches),
    resume: readResume(switches),
    printConfig: isOn('print-config', switches),
    quiet: isOn('quiet', switches),
    help: isOn('help', switches),
  };
}

function readRunSwitches(given: ReadonlyMap<string, string>): RunSwitches {
  const fastDevRun = isOn('fast-dev-run', given);
  const overfitBatches = readCount('overfit-batches', given, 1);
  const limitBatches = readCount('limit-batches', given);
  const valCheckInterval = readCount('val-check-interval', given);
  if (fastDevRun && overfitBatches > 0) throw new DlError('usage', 'fast-dev-run and overfit-batches exclude each other: leave one out.');
  return { fastDevRun, overfitBatches, ...(limitBatches > 0 && { limitBatches }), ...(valCheckInterval > 0 && { valCheckInterval }) };
}

/** @param alone what the switch means without a number; undefined where it needs one */
function readCount(name: string, given: ReadonlyMap<string, string>, alone?: number): number {
  const text = given.get(name) ?? 'false';
  const count = text === 'true' ? (alone ?? Number.NaN) : text === 'false' ? 0 : Number(text || Number.NaN);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  const what = name === 'val-check-interval' ? 'steps' : 'batches';
  throw new DlError('usage', `${name} must be a whole number of ${what}, not ${quote(text)}. Type: ${name}=${alone ?? 20}`);
}

function readResume(given: ReadonlyMap<string, string>): string | undefined {
  const text = given.get('resume');
  const other = ['fast-dev-run', 'overfit-batches', 'limit-batches', 'val-check-interval'].find((name) => given.has(name));
  if (text !== undefined && other) throw new DlError('usage', `resume and ${other} exclude each other: leave one out.`);
  return text === 'true' ? '' : text;
}

function isOn(name: string, given: ReadonlyMap<string, string>): boolean {
  const value = given.get(name) ?? 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw new DlError('usage', `${name} is a switch: write it alone, not with ${quote(value)}.`);
}

function notAWord(word: string, switches: readonly string[]): DlError {
  if (word.includes('.')) return new DlError('usage', `${quote(word)} needs a value: ${quote(word)}=...`);
  const hint = didYouMean(word, switches);
  return new DlError('usage', `${quote(word)} is neither key=value nor a switch.${hint} Switches: ${switches.join(', ')}.`);
}

/** As typed where it is an ordinary word; else quoted, and cut where it is long. */
function quote(word: string): string {
  const short = word.length > 60 ? `${word.slice(0, 57)}...` : word;
  return /^[\w.-]+$/.test(word) ? short : JSON.stringify(short);
}
