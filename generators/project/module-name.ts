import { UsageError } from '../engine/exit.ts';
import { quote } from '../engine/flags.ts';
import { groupDigits } from '../engine/group-digits.ts';

/** A name in the spellings that files and code use. */
export interface ModuleName {
  /** The file: `slack-message`. */
  readonly name: string;
  /** What the file exports: `slackMessage`. */
  readonly id: string;
  /** A class in saved models: `SlackMessage`. */
  readonly className: string;
}

const longest = 50;
const device = /^(con|prn|aux|nul|com\d|lpt\d)$/;
const reserved = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum eval export extends false finally ' +
    'for function if implements import in infinity instanceof interface let nan new null package private protected public return static ' +
    'super switch this throw true try type typeof undefined var void while with yield'
  ).split(' '),
);

/**
 * Reads the name of a module. It is kebab-case, so that it is a file on every system and needs no quoting in any file.
 * @param where shown in messages: `add callback`
 * @throws UsageError for any other, with the nearest name that is allowed
 */
export function readModuleName(typed: string, where: string): ModuleName {
  const reason = refusal(typed);
  if (reason === undefined) return spellings(typed);
  const proposal = proposeModuleName(typed);
  throw new UsageError(`${quote(typed)} ${reason}.${proposal ? ` Type: ${where} ${proposal}` : ''}`);
}

/** Whether a name needs no other to be proposed for it. */
export function isModuleName(name: string): boolean {
  return refusal(name) === undefined;
}

/** `slack-message` in every spelling. */
export function spellings(name: string): ModuleName {
  const id = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return { name, id, className: id[0].toUpperCase() + id.slice(1) };
}

/** The nearest allowed name: `SlackMessage` becomes `slack-message`; empty where nothing is left. */
export function proposeModuleName(typed: string): string {
  const plain = typed
    .slice(0, 4 * longest)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '');
  const words = plain.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  const name = words
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, longest - 3)
    .replace(/-+$/, '');
  if (!name) return '';
  return refusal(name) === undefined && name !== typed ? name : `my-${name}`;
}

function refusal(name: string): string | undefined {
  if (name.length > longest) return `has ${groupDigits(name.length)} characters; a name has at most ${longest}`;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return 'cannot be a name: lower-case words of letters and digits with "-" between them';
  if (device.test(name)) return 'is the name of a device on Windows';
  if (name === 'index') return 'is the file that lists the others';
  const { id } = spellings(name);
  if (reserved.has(name) || id in Object.prototype) return 'is a word of JavaScript';
  return undefined;
}
