import { DlError } from '../../../core/errors.ts';
import { type FoundStudy, findStudy } from '../../../tuning/read-study.ts';
import { parseSettings } from '../../parse-settings.ts';

/** One thing to do with studies. */
export interface StudyAction {
  readonly name: string;
  /** `best <name> [json]` */
  readonly usage: string;
  readonly summary: string;
  /** @returns the exit code */
  run(args: readonly string[], help: string): Promise<number>;
}

/** The study that a command line names, in `storage=` or where the environment says, and its settings. @throws DlError `usage` for a line without a name, `missing` for an unknown study */
export async function readStudyLine<Key extends string>(
  args: readonly string[],
  keys: readonly Key[],
  help: string,
): Promise<FoundStudy & { readonly settings: Readonly<Partial<Record<Key, string>>> }> {
  const { words, settings } = parseSettings(args, [...keys, 'storage'], { command: 'study', help });
  if (words.length !== 1) throw new DlError('usage', `It takes the name of one study; got ${words.join(' ') || 'none'}.\n${help}`);
  return { ...(await findStudy(process.cwd(), words[0], settings.storage)), settings };
}
