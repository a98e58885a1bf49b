import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFilePending } from 'mem-fs-editor/state';
import Generator, { type BaseOptions } from 'yeoman-generator';
import { type FileWrite, isDue } from './engine/changes.ts';
import { commitChanges } from './engine/commit.ts';
import type { SelectQuestion } from './engine/prompt-adapter.ts';
import {
  type AnswerOptions,
  type Choice,
  choicesOf,
  type GivenAnswers,
  messageOf,
  type Question,
  withDefaults,
} from './engine/questions.ts';
import { packageRoot } from './package-root.ts';

/**
 * What all our generators share: they ask declared questions and hand over a whole map of files, which is committed at
 * once instead of by Yeoman's file-by-file step. Yeoman runs only the methods of the leaf class, so this has no phases.
 */
export abstract class BaseGenerator<Options extends object> extends Generator<Record<string, string>, Options & BaseOptions> {
  #folder = '';
  #removed: readonly string[] = [];

  constructor(args: string[], options: Options & BaseOptions) {
    super(args, options, { customCommitTask: () => this.#commit(), customInstallTask: true, disableInGeneratorOptionsSupport: true });
    this.sourceRoot(fileURLToPath(new URL('templates/', packageRoot)));
  }

  /** Bundled, Yeoman would read its version from our package.json, and find it too old. */
  override checkEnvironmentVersion(): true {
    return true;
  }

  /** The key of our answers in `.yo-rc.json`, which Yeoman would take from the nearest package.json. */
  override rootGeneratorName(): string {
    return 'create-dl-project';
  }

  /** Never `~/.yo-rc-global.json`: answers must not leak from one project into another. */
  override _getGlobalStorage(): ReturnType<Generator['_getGlobalStorage']> {
    return this.createStorage('.yo-rc.json', 'unused');
  }

  /** Asks the questions that `given` leaves open and that have more than one choice; rare ones only if all are to be asked. */
  protected async ask(
    questions: readonly Question[],
    given: GivenAnswers,
    { askAll, preferred }: AnswerOptions = {},
  ): Promise<GivenAnswers> {
    const answers: Record<string, string> = { ...given };
    for (const question of questions) {
      if (answers[question.name] !== undefined || (question.rare && !askAll)) continue;
      const choices = choicesOf(question, answers, preferred);
      const prompt = toPrompt(question, messageOf(question, answers), choices);
      answers[question.name] = choices.length === 1 ? choices[0].value : (await this.prompt([prompt] as never))[question.name];
    }
    return withDefaults(questions, answers, preferred);
  }

  /** Hands what changes in the project in `folder` to Yeoman's memory; it is written when everything is there. */
  protected stage(folder: string, changes: readonly FileWrite[]): void {
    const due = changes.filter(isDue);
    this.#folder = folder;
    this.#removed = due.filter(({ text }) => text === undefined).map(({ path }) => path);
    for (const { path, text } of due) if (text !== undefined) this.fs.write(join(folder, path), text);
  }

  /** Takes the place of Yeoman's commit, which asks file by file and leaves half of them if one fails. */
  #commit(): void {
    const pending = this.env.sharedFs.all().filter((file) => isFilePending(file as never));
    const written = pending.map((file) => ({ path: relative(this.#folder, file.path).replaceAll('\\', '/'), text: String(file.contents) }));
    commitChanges(this.#folder, [...written, ...this.#removed.map((path) => ({ path, text: undefined }))]);
  }
}

function toPrompt({ name }: Question, message: string, choices: readonly Choice[]): SelectQuestion {
  return {
    type: 'select',
    name,
    message,
    default: choices[0].value,
    choices: choices.map(({ value, title = value, summary }) => ({ value, title, ...(summary ? { summary } : {}) })),
  };
}
