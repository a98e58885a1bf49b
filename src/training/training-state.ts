import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Logs, TrainingContext } from '../callbacks/callback.ts';
import type { EpochMonitor } from '../callbacks/monitor.ts';
import type { Features } from '../data/features.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';

type Fixed = Pick<TrainingContext, 'model' | 'optimizer' | 'features' | 'params'> & { readonly monitor: EpochMonitor };

/** Where a training stands. The trainer moves it on; callbacks see it as their context. */
export class TrainingState implements TrainingContext {
  readonly model: LayersModel;
  readonly optimizer: Optimizer;
  readonly features: Features;
  readonly params: TrainingContext['params'];
  readonly monitor: EpochMonitor;
  readonly history: Logs[] = [];
  step = 0;
  #stopReason: string | undefined;

  constructor({ model, optimizer, features, params, monitor }: Fixed) {
    this.model = model;
    this.optimizer = optimizer;
    this.features = features;
    this.params = params;
    this.monitor = monitor;
  }

  stopTraining(reason: string): void {
    this.#stopReason ??= reason;
  }

  get stopReason(): string | undefined {
    return this.#stopReason;
  }

  get stopped(): boolean {
    return this.#stopReason !== undefined;
  }
}
