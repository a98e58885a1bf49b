import { formatCount, formatDuration, formatLog } from '../core/format.ts';
import type { Features } from '../data/features.ts';
import type { Run } from '../runs/run.ts';
import { type Callback, defineCallback, type Logs, type TrainingContext } from './callback.ts';
import { describeEnd, describeStart } from './describe-training.ts';
import { EpochTable } from './epoch-table.ts';
import { LiveLine, type Terminal } from './live-line.ts';

/**
 * Shows the training: what is trained on what, a table with a row per epoch, and at the end which epoch is kept.
 * On a terminal a line below the table shows step, rate and the time that is left; elsewhere only whole lines are printed.
 */
export const progress = defineCallback({
  name: 'progress',
  watchesOnly: true,
  defaults: {},
  create: (_options, run) => new Progress(run, liveTerminal(run)),
});

/** The terminal to draw on; undefined where the output is none, or where the run is not to be seen. */
function liveTerminal(run: Run | undefined): Terminal | undefined {
  if (run?.quiet || run?.kind === 'trial' || process.env.TERM === 'dumb') return undefined;
  return process.stdout.isTTY ? process.stdout : undefined;
}

/** Characters in a line of output that goes to a file. */
const fileWidth = 120;

export class Progress implements Callback {
  readonly name = 'progress';
  readonly #run: Run | undefined;
  readonly #terminal: Terminal | undefined;
  readonly #live: LiveLine;
  #table: EpochTable | undefined;
  #trainBegan = 0;
  #epochBegan = 0;
  /** When the last training step of the epoch ended; validation follows. */
  #stepsEnded = 0;
  #stepsTaken = 0;
  /** Samples that were left out and have been told. */
  #skipped = 0;
  /** Of this process: a training that goes on has more behind it. */
  #epochsTaken = 0;

  /** @param terminal where a line can be redrawn; undefined prints whole lines only */
  constructor(run: Run | undefined, terminal: Terminal | undefined) {
    this.#run = run;
    this.#terminal = terminal;
    this.#live = new LiveLine(terminal);
  }

  onTrainBegin(context: TrainingContext): void {
    this.#trainBegan = performance.now();
    this.#table = undefined;
    this.#epochsTaken = 0;
    this.#skipped = 0;
    this.#print(`${describeStart(context, this.#run, this.#width)}\n`);
  }

  onEpochBegin(): void {
    this.#epochBegan = performance.now();
    this.#stepsTaken = 0;
  }

  onTrainBatchEnd(context: TrainingContext, _step: number, logs: Logs): void {
    this.#stepsEnded = performance.now();
    this.#stepsTaken++;
    if (context.stopReason !== undefined) return;
    this.#begunTable(context, logs);
    this.#live.show(() => this.#now(context, logs));
  }

  onEpochEnd(context: TrainingContext, epoch: number, logs: Logs): void {
    const seconds = (this.#stepsEnded - this.#epochBegan) / 1000;
    const table = this.#begunTable(context, logs);
    const samples = Math.min(context.params.trainSamples, this.#stepsTaken * context.params.batchSize);
    this.#epochsTaken++;
    // A training that goes on may only have to judge the epoch.
    this.#print(table.row(epoch, logs, samples > 0 ? samples / seconds : undefined, context.monitor.improved));
    this.#tellSkipped(context);
  }

  onTrainEnd(context: TrainingContext): void {
    this.#print(`\n${describeEnd(context)}`);
  }

  onException(): void {
    this.#live.clear();
  }

  /** What could not be read: said when there is more of it, which is after the first epoch. */
  #tellSkipped({ skipped, params }: TrainingContext): void {
    if (skipped.length <= this.#skipped) return;
    this.#skipped = skipped.length;
    const all = formatCount(params.trainSamples + params.validationSamples);
    this.#print(`  ${formatCount(skipped.length)} of ${all} samples could not be read and are left out, such as\n  ${skipped[0].reason}`);
  }

  #print(text: string): void {
    this.#live.clear();
    if (this.#run) this.#run.print(text);
    else process.stdout.write(`${text}\n`);
  }

  get #width(): number {
    return this.#terminal ? this.#terminal.columns || 80 : fileWidth;
  }

  /** The table; its header is printed when the first logs show which columns there are. */
  #begunTable({ params, monitor, features }: TrainingContext, logs: Logs): EpochTable {
    if (this.#table) return this.#table;
    const trainKeys = Object.keys(logs).filter((key) => !key.startsWith('val_'));
    const validationKeys = params.validationSamples > 0 ? trainKeys.map((key) => `val_${key}`) : [];
    this.#table = new EpochTable({
      logKeys: [...trainKeys, ...validationKeys],
      monitorKey: monitor.key,
      epochs: params.epochs,
      rateTitle: rateTitle(features),
      width: this.#width,
    });
    this.#print(this.#table.header());
    return this.#table;
  }

  /** What the live line says, the most important first. */
  #now({ params, history, features, stepInEpoch }: TrainingContext, logs: Logs): string[] {
    const { epochs, stepsPerEpoch, batchSize } = params;
    const done = history.length;
    const perStep = (this.#stepsEnded - this.#epochBegan) / this.#stepsTaken;
    const inEpoch = perStep * (stepsPerEpoch - stepInEpoch);
    // Whole epochs also validate and save: the mean of those behind us, else the steps alone.
    const taken = this.#epochsTaken;
    const perEpoch = taken > 0 ? (this.#epochBegan - this.#trainBegan) / taken : perStep * stepsPerEpoch;
    const inAll = inEpoch + perEpoch * (epochs - done - 1);
    return [
      `${done + 1}/${epochs}`,
      `${formatDuration(inAll)} left`,
      `step ${stepInEpoch} of ${stepsPerEpoch}`,
      `loss ${formatLog('loss', logs.loss)}`,
      `${formatCount((batchSize * 1000) / perStep)} ${rateTitle(features)}`,
      `this epoch ${formatDuration(inEpoch)}`,
    ];
  }
}

function rateTitle({ inputShape }: Features): string {
  return inputShape.length === 3 ? 'images/s' : 'rows/s';
}
