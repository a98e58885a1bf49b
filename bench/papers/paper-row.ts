import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { CompressionResult } from '../../src/compression/compression-result.ts';
import type { Technique, TrainingSettings } from '../../src/compression/technique.ts';
import type { DataLoaders } from '../../src/data/create-data-loaders.ts';
import type { Features } from '../../src/data/features.ts';

/** One row of a paper's table, and what it takes to reproduce it. One file per row in this folder, a line in paper-rows.ts. */
export interface PaperRow {
  /** As on the command line: `pruning-lenet-300-100`. */
  readonly name: string;
  /** What the paper reports, with author and year. */
  readonly paper: string;
  /** Settings that were compared on validation data before the test set was read. */
  readonly triedOnValidation: number;
  readonly targets: readonly Target[];
  /** What the paper reports by layer, under the names that `measure` gives them: `'conv1, % kept': 66`. @default nothing */
  readonly paperLayers?: Readonly<Record<string, number>>;
  /**
   * One run: figures by name, each with its unit. What is compared to the dense net is given as the difference:
   * `'error, points above dense': -0.03`.
   */
  measure(tools: Tools, seed: number): Promise<Readonly<Record<string, number>>>;
  /** Draws a picture for the docs from the figures of all seeds. */
  draw?(figures: readonly Readonly<Record<string, number>>[]): void;
}

/** What the mean over the seeds has to reach; with several seeds the worse end of its 95 % interval. */
export interface Target {
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What a row may use. */
export interface Tools {
  /** The uncompressed net of this seed, trained once and kept for all rows; to be left as it is. */
  dense(model: string): Promise<DenseNet>;
  /** Runs a recipe on a net. @param file where to write it. @default nowhere */
  compress(net: DenseNet, recipe: Technique, file?: string): Promise<CompressionResult>;
  /** Wrong answers in percent on the test set; on the validation data while settings are searched. Once per net. */
  error(net: Pick<DenseNet, 'model' | 'data'>): Promise<number>;
  /** A line of progress. */
  log(line: string): void;
}

/** A trained net and everything its training knew. */
export interface DenseNet {
  readonly model: LayersModel;
  readonly features: Features;
  readonly data: DataLoaders;
  readonly training: TrainingSettings;
}
