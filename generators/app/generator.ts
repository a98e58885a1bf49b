import { BaseGenerator } from '../base-generator.ts';
import type { FileMap } from '../engine/file-map.ts';
import { readTemplates } from '../engine/templates.ts';
import { packageRoot } from '../package-root.ts';
import { planProject } from './plan.ts';
import { type AppAnswers, installQuestion, questions } from './questions.ts';
import { type CreateRequest, inputOf } from './request.ts';

/** What came of it. */
export interface Written {
  readonly files: FileMap;
  readonly answers: AppAnswers;
  /** Whether packages are to be installed and a first commit made. */
  readonly install: boolean;
}

/** What the class gets and gives back; the command prints what became of it. */
export interface AppOptions {
  readonly request: CreateRequest;
  /** Called once everything is on the disk. */
  readonly onWritten?: (written: Written) => void;
}

/** `create-dl-project:app`: asks, plans, and commits a whole project. */
export class AppGenerator extends BaseGenerator<AppOptions> {
  #answers: Readonly<Record<string, string>> = {};
  #files: FileMap = new Map();

  async prompting(): Promise<void> {
    const { request } = this.options;
    this.#answers = await this.ask([...questions, installQuestion], request.given);
  }

  writing(): void {
    const { request } = this.options;
    this.#files = planProject(inputOf(request, this.#answers), readTemplates(new URL('templates/app/', packageRoot)));
    this.stage(request.destination.folder, this.#files);
  }

  end(): void {
    const answers = this.#answers as unknown as AppAnswers;
    this.options.onWritten?.({ files: this.#files, answers, install: this.#answers.install === 'yes' });
  }
}
