import { existsSync } from 'node:fs';
import { bestCheckpointPath } from '../checkpoint/checkpoint-paths.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { evaluationTally } from '../metrics/evaluation-tally.ts';
import type { Run } from '../runs/run.ts';
import { flatSettings } from '../tracking/flat-settings.ts';
import type { Position, Tracker, TrackingEnd } from '../tracking/tracker.ts';
import type { Callback, Logs, TrainingContext } from './callback.ts';

/** Tells a tracker what happens in a training. A tracker that fails is no reason to end one: it is said once, at the end. */
export class TrackerCallback implements Callback {
  readonly name: string;
  readonly onTrainBatchEnd?: Callback['onTrainBatchEnd'];
  readonly onTestBegin?: Callback['onTestBegin'];
  readonly onTestBatchEnd?: Callback['onTestBatchEnd'];
  readonly #tracker: Tracker;
  readonly #run: Run;
  #tally: ReturnType<typeof evaluationTally> | undefined;
  #failures = 0;
  #firstFailure: unknown;
  #said = false;
  #ended = false;
  /** For the speed: training steps of the epoch so far. */
  #epoch = { began: 0, samples: 0, ended: 0 };

  constructor(name: string, tracker: Tracker, run: Run) {
    this.name = name;
    this.#tracker = tracker;
    this.#run = run;
    this.onTrainBatchEnd = (context, step, logs) => this.#afterStep(context, step, logs);
    if (tracker.wants?.wrongImages && tracker.logImage) {
      this.onTestBegin = ({ features, params }) => {
        this.#tally = params.validationSamples > 0 ? evaluationTally(features, params.validationSamples) : undefined;
      };
      this.onTestBatchEnd = (_context, { targets, size }, predictions) => this.#tally?.update(targets, predictions, size);
    }
  }

  async onTrainBegin({ step }: TrainingContext): Promise<void> {
    const { id, folder, kind, config } = this.#run;
    await this.#attempt(() =>
      this.#tracker.begin?.({ run: { id, folder, kind }, config, settings: flatSettings(config), resumed: step > 0 }),
    );
    this.#run.on?.('stopped', () => this.#end({ status: 'stopped', values: {}, files: [] }));
    this.#run.on?.('reported', () => this.#attempt(() => this.#tracker.addFile?.(this.#run.path('report.html'))));
    const where = this.#failures === 0 ? this.#tracker.where?.() : undefined;
    if (where) this.#run.print(`  tracking  ${where}`);
    else if (this.#failures > 0) this.#sayFailure();
  }

  onEpochBegin(): void {
    const now = performance.now();
    this.#epoch = { began: now, samples: 0, ended: now };
  }

  async onEpochEnd(context: TrainingContext, epoch: number, logs: Logs): Promise<void> {
    const at = { epoch: epoch + 1, step: context.step };
    const { began, samples, ended } = this.#epoch;
    // None were trained on where a training that goes on had only to judge the epoch.
    const rate = samples > 0 && { samplesPerSecond: (samples * 1000) / (ended - began) };
    const values = { ...logs, learningRate: context.optimizer.learningRate, ...rate };
    await this.#attempt(() => this.#tracker.logEpoch?.(values, at));
    await this.#histograms(context, at);
    if (context.monitor.improved) await this.#wrongImages(context, at, logs);
  }

  async onTrainEnd(_context: TrainingContext, logs: Logs): Promise<void> {
    const files = ['config.json', 'log.csv', 'validation.json'].map((file) => this.#run.path(file));
    const existing = [...files, bestCheckpointPath(this.#run)].filter((file) => existsSync(file));
    await this.#end({ status: 'finished', values: logs, files: existing });
    if (this.#failures > 0) this.#sayFailure();
  }

  async onException(): Promise<void> {
    await this.#end({ status: 'failed', values: {}, files: [] });
  }

  stateDict(): unknown {
    return this.#tracker.stateDict?.() ?? null;
  }

  loadStateDict(state: unknown): void {
    if (state !== null) this.#tracker.loadStateDict?.(state);
  }

  #afterStep({ history, batch }: TrainingContext, step: number, logs: Logs): void | Promise<void> {
    this.#epoch.samples += batch?.size ?? 0;
    this.#epoch.ended = performance.now();
    const every = this.#tracker.wants?.everySteps ?? 0;
    if (every === 0 || (step + 1) % every !== 0) return;
    return this.#attempt(() => this.#tracker.logStep?.(logs, { epoch: history.length, step: step + 1 }));
  }

  async #histograms({ model }: TrainingContext, at: Position): Promise<void> {
    const every = this.#tracker.wants?.histogramEveryEpochs ?? 0;
    if (every === 0 || at.epoch % every !== 0 || !this.#tracker.logHistogram) return;
    for (const [name, { values }] of await readWeights(model)) {
      await this.#attempt(() => this.#tracker.logHistogram?.(name, values, at));
    }
  }

  async #wrongImages(context: TrainingContext, at: Position, logs: Logs): Promise<void> {
    const { mostWrong = [] } = this.#tally?.result(logs) ?? {};
    for (const [i, wrong] of mostWrong.slice(0, this.#tracker.wants?.wrongImages).entries()) {
      const raw = await context.rawValidationSample(wrong.index);
      if (raw?.kind !== 'image') return;
      const caption = 'output' in wrong ? `${wrong.predicted} for ${wrong.actual}` : `${wrong.actual} read as ${wrong.predicted}`;
      await this.#attempt(() => this.#tracker.logImage?.(`most_wrong/${i + 1}`, raw, caption, at));
    }
  }

  /** Only the first counts: a training that is stopped goes on until the process ends. */
  async #end(end: TrackingEnd): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#attempt(() => this.#tracker.end?.(end));
  }

  async #attempt(action: () => void | Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#firstFailure ??= error;
      this.#failures++;
    }
  }

  /** Only when no line is being redrawn on the terminal: before the first and after the last epoch. */
  #sayFailure(): void {
    const reason = this.#firstFailure instanceof Error ? this.#firstFailure.message : String(this.#firstFailure);
    if (!this.#said) this.#run.print(`  ${this.name} could not track everything: ${reason}`);
    this.#said = true;
  }
}
