import { BaseGenerator } from '../base-generator.ts';
import type { Change } from '../engine/changes.ts';
import type { GivenAnswers } from '../engine/questions.ts';
import { planCreation, refuseUnsettled } from './creation-plan.ts';
import type { AppInput } from './input.ts';
import { questions } from './questions.ts';
import type { CreateRequest } from './request.ts';

/** What came of it. */
export interface Written {
  readonly changes: readonly Change[];
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
    const plan = planCreation(request, this.#answers);
    refuseUnsettled(plan, request);
    this.stage(request.destination.folder, plan.changes);
    this.#written = plan;
  }

  end(): void {
    if (this.#written) this.options.onWritten?.(this.#written);
  }
}
