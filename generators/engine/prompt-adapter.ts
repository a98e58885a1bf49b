import type { InputOutputAdapter } from '@yeoman/adapter/types';
import { CancelledError } from './exit.ts';
import { layoutSelect } from './select-layout.ts';

/** The part of Yeoman's questions that ours use: a list to choose from. */
export interface SelectQuestion {
  readonly type: 'select';
  readonly name: string;
  readonly message: string;
  /** The value of the choice that is pointed at first. @default the first choice's */
  readonly default?: string;
  readonly choices: readonly { readonly value: string; readonly title: string; readonly summary?: string }[];
}

/**
 * What Yeoman asks and speaks through. Yeoman's own adapter brings inquirer whole, spinners and a queue; ours loads the
 * one prompt it needs when it asks for the first time.
 */
export class PromptAdapter {
  readonly #abort = new AbortController();
  readonly signal = this.#abort.signal;
  readonly log = createSilentLogger();

  /** Asks in the terminal: arrow keys, first letters, Enter. Ctrl-C throws a `CancelledError`. */
  async prompt(questions: readonly SelectQuestion[], given: Record<string, string> = {}): Promise<Record<string, string>> {
    const answers = { ...given };
    const { default: select } = await import('@inquirer/select');
    for (const question of questions) {
      try {
        answers[question.name] = await select(
          { ...layoutSelect(question, process.stdout.columns ?? 80), loop: false },
          { signal: this.signal },
        );
      } catch (error) {
        throw ['ExitPromptError', 'AbortPromptError'].includes((error as Error).name) ? new CancelledError() : error;
      }
    }
    return answers;
  }

  /** Runs a task of Yeoman's; there is no spinner to stop meanwhile. */
  async queue<Result>(task: (adapter: PromptAdapter) => Result | Promise<Result>): Promise<Result> {
    return task(this);
  }

  /** Runs a task of Yeoman's that would report its steps. */
  async progress<Result>(task: (progress: { step(): void }) => Result): Promise<Result> {
    return task({ step() {} });
  }

  abort(reason?: unknown): void {
    this.#abort.abort(reason);
  }

  close(): void {
    this.abort();
  }

  async onIdle(): Promise<void> {}
}

/** Yeoman tells every file it touches; our last screen says what matters. */
function createSilentLogger(): InputOutputAdapter['log'] {
  const logger: object = new Proxy(() => logger, { get: () => () => logger });
  return logger as InputOutputAdapter['log'];
}
