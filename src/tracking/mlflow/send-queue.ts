import { setTimeout as sleep } from 'node:timers/promises';

/** Whether it is worth sending the same again: the server or the way to it is down. */
export class TransientError extends Error {}

/** First and longest wait between two attempts. */
const waitMilliseconds = { first: 500, longest: 30_000 };

/**
 * Sends one thing after the other in the background, so that a training never waits for a network. What fails for a while is tried again
 * until it gets through, and the rest stays in memory behind it; what can never succeed is left out.
 */
export class SendQueue {
  readonly #waiting: (() => Promise<void>)[] = [];
  #working: Promise<void> | undefined;
  #hurry = new AbortController();
  #closed = false;
  #onAttempt: (succeeded: boolean) => void = () => {};
  /** The first thing that went wrong for good, or that still does. */
  failure: Error | undefined;
  /** Things that were left out. */
  lost = 0;

  add(send: () => Promise<void>): void {
    if (this.#closed) return;
    this.#waiting.push(send);
    this.#working ??= this.#work();
  }

  /** Things that are not sent yet. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Waits until everything is sent, but no longer than this, and for no more than so many attempts in a row that fail. */
  async settle(milliseconds: number, attempts: number): Promise<void> {
    this.#hurry.abort(); // ends a long wait between two attempts
    const timer = new AbortController();
    const failed = new Promise<void>((done) => {
      let left = attempts;
      this.#onAttempt = (succeeded) => {
        left = succeeded ? attempts : left - 1;
        if (left === 0) done();
      };
    });
    await Promise.race([this.#working, failed, sleep(milliseconds, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
    this.#onAttempt = () => {};
  }

  /** Sends nothing any more; what is left counts as lost. */
  close(): void {
    this.#closed = true;
    this.lost += this.#waiting.length;
    this.#waiting.length = 0;
    this.#hurry.abort();
  }

  async #work(): Promise<void> {
    let wait = waitMilliseconds.first;
    while (this.#waiting.length > 0) {
      const send = this.#waiting[0];
      try {
        await send();
        wait = waitMilliseconds.first;
        this.#onAttempt(true);
      } catch (error) {
        this.failure ??= error as Error;
        if (error instanceof TransientError) {
          this.#onAttempt(false);
          await this.#pause(wait);
          wait = Math.min(2 * wait, waitMilliseconds.longest);
          continue;
        }
        this.lost++;
      }
      if (this.#waiting[0] === send) this.#waiting.shift();
    }
    this.#working = undefined;
  }

  /** Does not keep the process alive. */
  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#hurry.signal, ref: false }).catch(() => {
      this.#hurry = new AbortController();
    });
  }
}
