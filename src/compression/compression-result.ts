import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Logs } from '../callbacks/callback.ts';
import type { Features } from '../data/features.ts';
import type { Speed } from './recipe/measure-speed.ts';
import type { TechniqueNote } from './technique.ts';

/** What a step did to a layer. */
export interface StepNote extends TechniqueNote {
  /** The label of the step. */
  readonly step: string;
}

/** The model after one step of a recipe. */
export interface CompressionRow {
  /** `as trained`, then the label of each step: `prune weights`, `fine-tune 4 ep`. */
  readonly step: string;
  /** Whether the step trained; such rows are shown indented below the step they make up for. */
  readonly trained: boolean;
  /** Weights that are not 0: of kernels, without biases and BatchNorm. */
  readonly weightsKept: number;
  /** The judging metric, see `CompressionResult.metric`. */
  readonly value: number;
  /** Size of the packed file, if one stopped here. */
  readonly fileBytes: number;
  /** The kernels in that file, by layer. */
  readonly kernelBytes: Readonly<Record<string, number>>;
  /** Multiply-adds for one sample. */
  readonly multiplyAdds: number;
  /** What is worth saying: `8.4 % kept`, `10.2x smaller`, `not smaller`. */
  readonly remark: string;
  /** Set where the recipe ended because the model had become too bad: this step and those since the last good row were undone. */
  readonly undone?: true;
}

/** One layer with a kernel, before and after. */
export interface CompressionLayer {
  readonly layer: string;
  /** Of its kernel as trained; of a layer that the recipe made, at the end. */
  readonly shape: readonly number[];
  /** Weights of its kernel as trained; 0 in a layer that the recipe made. */
  readonly weights: number;
  /** Of the final kernel, those that are not 0. */
  readonly weightsKept: number;
  /** Filters, or neurons. */
  readonly units: number;
  readonly unitsKept: number;
  /** What tells the values of the final kernel apart: 32 for ordinary numbers, 8 for whole numbers of 8 bits, 5 for 32 shared values. */
  readonly bits: number;
  /** Multiplications with a weight for one sample. */
  readonly multiplyAdds: number;
  readonly multiplyAddsKept: number;
  /** The kernel as float32. */
  readonly rawBytes: number;
  /** The kernel in the packed file. */
  readonly packedBytes: number;
  /** Its stored form in the packed file. */
  readonly form: string;
}

/** Everything a recipe did to a model. */
export interface CompressionResult {
  /** The compressed model; to be disposed by the caller. */
  readonly model: LayersModel;
  readonly features: Features;
  /** The steps as `{ name, options }`: from them the recipe can be made again. */
  readonly recipe: readonly { readonly name: string; readonly options: object }[];
  /** What `rows` are judged by: `val_accuracy`, or `val_loss` without metrics; without validation data the training twin. */
  readonly metric: string;
  /** The model as trained, then after each step. */
  readonly rows: readonly CompressionRow[];
  readonly layers: readonly CompressionLayer[];
  /** What is not in `layers`: biases, BatchNorm, topology and header. */
  readonly rest: { readonly rawBytes: number; readonly packedBytes: number };
  /** What gzip makes of the trained model, and of the compressed one in plain float32: for comparison. */
  readonly gzipBytes: { readonly trained: number; readonly compressed: number };
  readonly notes: readonly StepNote[];
  /** Why the recipe ended before its last step; undefined where it did not. A sentence without a full stop. */
  readonly stopReason?: string;
  /** On the test data, which is read once, at the end. Undefined where there is none. */
  readonly test?: { readonly before: Logs; readonly after: Logs };
  /** The written file; its size as it lies on disk. Undefined where no path was given. */
  readonly file?: { readonly path: string; readonly sizeBytes: number };
  /** Measured where a file was written. */
  readonly speed?: Speed;
}
