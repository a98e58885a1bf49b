import { LiveLine } from '../callbacks/live-line.ts';
import { formatCountOf, formatDuration, formatLog } from '../core/format.ts';
import type { Run } from '../runs/run.ts';
import type { StudyPlan } from './plan-trials.ts';
import { isRange } from './space.ts';
import type { FrozenTrial } from './storage/study-storage.ts';
import type { ProjectStudy } from './study-definition.ts';
import { TrialTable, variedIn } from './trial-table.ts';

/** What `npm run tune` shows: a row for each trial that has ended, and in a terminal a line about those that run. */
export class StudyScreen {
  readonly #study: ProjectStudy;
  readonly #plan: StudyPlan;
  readonly #run: Pick<Run, 'print'>;
  readonly #table: TrialTable;
  readonly #live: LiveLine;
  readonly #workers: number;
  /** How far the running ones are, by number. */
  readonly #running = new Map<number, string>();
  readonly #seconds: number[] = [];
  /** The numbers of those that have their row. */
  readonly #shown = new Set<number>();
  #ended = 0;

  constructor(study: ProjectStudy, plan: StudyPlan, workers: number, run: Pick<Run, 'print' | 'quiet'>) {
    this.#study = study;
    this.#plan = plan;
    this.#workers = workers;
    this.#run = run;
    this.#table = new TrialTable(study);
    this.#live = new LiveLine(!run.quiet && process.stdout.isTTY ? process.stdout : undefined);
  }

  /** @param trials of before */
  begin(trials: readonly FrozenTrial[], best: FrozenTrial | undefined): void {
    const over = trials.filter(({ state }) => state === 'complete' || state === 'pruned');
    this.#ended = over.length;
    this.#run.print(this.#describe());
    this.#run.print(this.#table.header());
    for (const trial of over) this.#run.print(this.#table.row(trial, trial === best));
    for (const trial of trials) if (trial.complete) this.#shown.add(trial.number);
  }

  /** A trial has begun, or trained so many epochs or folds. */
  went(number: number, values: readonly number[]): void {
    const { scoring, cv } = this.#study;
    const last = values.length > 0 ? `, ${scoring} ${formatLog(scoring, values[values.length - 1])}` : '';
    const unit = `${cv ? 'fold' : 'epoch'}${values.length === 1 ? '' : 's'}`;
    this.#running.set(number, `trial ${number + 1}: ${values.length} ${unit}${last}`);
    this.#live.show(() => [this.#progress(), ...this.#running.values()]);
  }

  /** A row for each trial that has ended since, whichever process ran it. */
  show(trials: readonly FrozenTrial[], best: FrozenTrial | undefined): void {
    for (const trial of trials) {
      if (trial.state === 'waiting') this.#running.delete(trial.number);
      if (!trial.complete || this.#shown.has(trial.number)) continue;
      this.#shown.add(trial.number);
      this.#running.delete(trial.number);
      if (trial.state !== 'fail') this.#ended++;
      if (trial.start) this.#seconds.push((trial.complete.getTime() - trial.start.getTime()) / 1000);
      this.#live.clear();
      this.#run.print(this.#table.row(trial, trial === best));
    }
  }

  #describe(): string {
    const { name, space, scoring, sampler, cv } = this.#study;
    const { trialCount } = this.#plan;
    const sizes = Object.values(variedIn(space)).map((values) => (isRange(values) ? 0 : values.length));
    const product = sizes.reduce((all, size) => all * size, 1);
    const kind = typeof sampler === 'string' ? sampler : sampler.name;
    const sized =
      kind === 'grid' && sizes.length > 1 && product === trialCount
        ? `grid ${sizes.join(' x ')} = ${trialCount} trials`
        : `${kind}, ${countOf(trialCount)}`;
    const left = this.#ended > 0 && trialCount !== undefined ? `, ${trialCount - this.#ended} left` : '';
    const atOnce = this.#workers > 1 ? `, ${this.#workers} at a time` : '';
    return `  study ${name}: ${sized}${cv ? ` of ${cv.folds} folds` : ''}${left}${atOnce}, judged by ${scoring}`;
  }

  #progress(): string {
    const { trialCount } = this.#plan;
    if (trialCount === undefined) return `${this.#ended} done`;
    const mean = this.#seconds.reduce((sum, seconds) => sum + seconds, 0) / this.#seconds.length;
    const left = (mean * Math.max(0, trialCount - this.#ended)) / this.#workers;
    return `${this.#ended} of ${trialCount} done${this.#seconds.length > 0 ? `, about ${formatDuration(left * 1000)} left` : ''}`;
  }
}

function countOf(trials: number | undefined): string {
  return trials === undefined ? 'as many trials as it takes' : formatCountOf(trials, 'trial');
}
