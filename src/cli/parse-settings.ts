import { DlError } from '../core/errors.ts';

/**
 * The settings (`run=2026`) and the other words of a command line.
 * @param command what the user called it
 * @throws DlError `usage` with the command's help for a setting or a flag that it does not have
 */
export function parseSettings<Key extends string>(
  args: readonly string[],
  keys: readonly Key[],
  { command, help }: { readonly command: string; readonly help: string },
): { readonly words: readonly string[]; readonly settings: Readonly<Partial<Record<Key, string>>> } {
  const settings: Partial<Record<Key, string>> = {};
  const words: string[] = [];
  for (const word of args) {
    const key = keys.find((one) => word.startsWith(`${one}=`) && word.length > one.length + 1);
    if (key) settings[key] = word.slice(key.length + 1);
    else words.push(word);
  }
  const stray = words.find((word) => word.startsWith('-') || /^\w+=/.test(word));
  if (stray !== undefined) throw new DlError('usage', `${command} has no setting ${stray}.\n${help}`);
  return { words, settings };
}
