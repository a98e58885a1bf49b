import { BaseGenerator } from '../base-generator.ts';
import type { FileMap } from '../engine/file-map.ts';
import type { GivenAnswers } from '../engine/questions.ts';
import { readTemplates } from '../engine/templates.ts';
import { packageRoot } from '../package-root.ts';
import type { AppInput } from './input.ts';
import { planProject } from './plan.ts';
import { questions } from './questions.ts';
import { type CreateRequest, inputOf } from './request.ts';

/** What came of it. */
export interface Written {
  readonly files: FileMap;
  readonly input: AppInput;
}

/** What the class gets and gives back; the command prints what became of it. */
export interface AppOptions {
  readonly request: CreateRequest;
  /** Called once everything is on the disk. */
  readonly onWritten?: (written: Written) => void;
}

/** `create-dl-project:app`: asks, plans, and commits a whole project. */
export class AppGenerator extends BaseGenerator<AppOptions> {
  #answers: GivenAnswers = {};
  #written: Written | undefined;

  async prompting(): Promise<void> {
    const { request } = this.options;
    this.#answers = await this.ask(questions, request.given, request.asking);
  }

  writing(): void {
    const { request } = this.options;
    const input = inputOf(request, this.#answers);
    const files = planProject(input, readTemplates(new URL('templates/app/', packageRoot)));
    this.stage(request.destination.folder, files);
    this.#written = { files, input };
  }

  end(): void {
    if (this.#written) this.options.onWritten?.(this.#written);
  }
}
