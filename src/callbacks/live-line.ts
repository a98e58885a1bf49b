/** Where a line can be redrawn: `process.stdout`, when it is a terminal. */
export interface Terminal {
  readonly columns?: number;
  write(text: string): unknown;
}

/** At most ten times a second: more cannot be read and costs time. */
const intervalMilliseconds = 100;
const eraseLine = '\r\x1b[2K';

/** One line of a terminal that is drawn over and over. Without a terminal it does nothing. */
export class LiveLine {
  readonly #terminal: Terminal | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #visible = false;

  constructor(terminal: Terminal | undefined) {
    this.#terminal = terminal;
  }

  /** @param parts from the most to the least important: what does not fit into the line is left out */
  show(parts: () => readonly string[]): void {
    if (!this.#terminal) return;
    const now = performance.now();
    if (now - this.#drawnAt < intervalMilliseconds) return;
    this.#drawnAt = now;
    this.#visible = true;
    const width = this.#terminal.columns || 80; // 0: a terminal without a size, as `script` makes them
    this.#terminal.write(eraseLine + fit(parts(), width - 1));
  }

  /** Takes the line away, so that the next print begins at its place. */
  clear(): void {
    if (!this.#visible) return;
    this.#visible = false;
    this.#terminal?.write(eraseLine);
  }
}

function fit(parts: readonly string[], width: number): string {
  let line = ' ';
  for (const part of parts) {
    const longer = `${line} ${line.trim() ? '  ' : ''}${part}`;
    if (longer.length > width) break;
    line = longer;
  }
  return line;
}
