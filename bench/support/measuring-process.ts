import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * A process that is started once, warms up, and then measures whenever it is asked: it reads a line and answers with a
 * line that holds one number. Backends and thread counts are chosen once per process.
 */
export class MeasuringProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** A TypeScript program that calls `answerMeasurements`. @param node the program of another Node */
  static program(
    file: URL,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    node: string = process.execPath,
  ): MeasuringProcess {
    return new MeasuringProcess(node, ['--import', import.meta.resolve('tsx'), fileURLToPath(file), ...args], env);
  }

  /**
   * @param what for programs that measure several things. @default 'measure'
   * @throws Error if the process has ended or answers with something else
   */
  async measure(what = 'measure'): Promise<number> {
    this.#child.stdin?.write(`${what}\n`);
    const { value, done } = await this.#lines.next();
    if (done || !Number.isFinite(Number(value)))
      throw new Error(`A measuring process ended or answered ${value}: ${this.#child.spawnargs.join(' ')}`);
    return Number(value);
  }

  end(): void {
    this.#child.stdin?.end();
  }
}

/** The other side, for programs in TypeScript. */
export async function answerMeasurements(measure: (what: string) => Promise<number>): Promise<void> {
  for await (const what of createInterface({ input: process.stdin })) process.stdout.write(`${await measure(what)}\n`);
}
