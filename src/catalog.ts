/** What a project can be asked to learn. */
export type Task = 'classify-images' | 'classify-rows' | 'predict-number';

export interface CatalogEntry {
  readonly name: string;
  /** One line for a list of choices. */
  readonly summary: string;
}

export interface PartEntry extends CatalogEntry {
  /** Every option with its default value. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

export interface DatasetEntry extends PartEntry {
  readonly tasks: readonly Task[];
  /** The files it is read from; none if it comes with the runtime. */
  readonly reads?: 'idx' | 'csv';
}

export interface ModelEntry extends PartEntry {
  readonly tasks: readonly Task[];
  /** Weights and multiply-accumulates for 28x28 grey images of ten classes. */
  readonly weights: number;
  readonly multiplyAccumulates: number;
}

/** The datasets a project can start from: the files of templates/app/src/data. */
export const datasets: readonly DatasetEntry[] = [
  {
    name: 'synthetic-digits',
    summary: '14,000 drawn 28x28 digits, nothing to download',
    tasks: ['classify-images'],
    defaults: { trainImages: 12_000, testImages: 2_000 },
  },
  {
    name: 'idx',
    summary: 'your images in IDX files, as MNIST has them',
    tasks: ['classify-images'],
    reads: 'idx',
    defaults: { folder: 'dataset', classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] },
  },
  {
    name: 'synthetic-machines',
    summary: '5,000 readings of invented pumps, nothing to download',
    tasks: ['classify-rows'],
    defaults: { rows: 5_000, testSplit: 0.2 },
  },
  {
    name: 'iris',
    summary: "Fisher's 150 flowers, nothing to download",
    tasks: ['classify-rows'],
    defaults: { testSplit: 0.2 },
  },
  {
    name: 'synthetic-houses',
    summary: '5,000 invented houses and their prices, nothing to download',
    tasks: ['predict-number'],
    defaults: { rows: 5_000, testSplit: 0.2 },
  },
  {
    name: 'csv',
    summary: 'your rows in a CSV or TSV file',
    tasks: ['classify-rows', 'predict-number'],
    reads: 'csv',
    defaults: { file: 'dataset/table.csv', target: 'target', task: 'classification', testSplit: 0.2, ignore: [], delimiter: '' },
  },
];

/** The models a project can start from: src/models, and their copies in templates/app/src/models. */
export const models: readonly ModelEntry[] = [
  {
    name: 'lenet5',
    summary: 'LeNet-5 of the pruning papers, 431,080 weights',
    tasks: ['classify-images'],
    defaults: { filters: [20, 50], units: 500 },
    weights: 431_080,
    multiplyAccumulates: 2_293_000,
  },
  {
    name: 'lenet5-classic',
    summary: 'LeNet-5 of 1998, 44,426 weights, eight times less to compute',
    tasks: ['classify-images'],
    defaults: { filters: [6, 16], units: [120, 84] },
    weights: 44_426,
    multiplyAccumulates: 281_640,
  },
  {
    name: 'lenet-300-100',
    summary: 'dense layers of 300 and 100 units, 266,610 weights',
    tasks: ['classify-images'],
    defaults: { hidden: [300, 100] },
    weights: 266_610,
    multiplyAccumulates: 266_200,
  },
  {
    name: 'mlp',
    summary: 'dense layers of 128 and 64 units, for table rows and small images',
    tasks: ['classify-rows', 'predict-number', 'classify-images'],
    defaults: { hidden: [128, 64], dropout: 0 },
    weights: 109_386,
    multiplyAccumulates: 109_184,
  },
];

export const losses: readonly PartEntry[] = [
  { name: 'sparseCategoricalCrossentropy', summary: 'classes given as numbers', defaults: {} },
  { name: 'categoricalCrossentropy', summary: 'classes, with label smoothing on request', defaults: { labelSmoothing: 0 } },
  { name: 'binaryCrossentropy', summary: 'independent yes/no answers', defaults: {} },
  { name: 'meanSquaredError', summary: 'numbers; large errors count most', defaults: {} },
  { name: 'meanAbsoluteError', summary: 'numbers; every unit of error counts the same', defaults: {} },
  { name: 'huber', summary: 'numbers; squared near the target, absolute far from it', defaults: { delta: 1 } },
];

export const metrics: readonly PartEntry[] = [
  { name: 'accuracy', summary: 'share of samples whose class is right', defaults: {} },
  { name: 'topKAccuracy', summary: 'share of samples whose class is among the k most probable', defaults: { k: 5 } },
  { name: 'precision', summary: 'how often an answer is right, averaged over the classes', defaults: {} },
  { name: 'recall', summary: 'how many of a class are found, averaged over the classes', defaults: {} },
  { name: 'f1Score', summary: 'precision and recall in one, averaged over the classes', defaults: {} },
  { name: 'meanAbsoluteError', summary: 'mean distance from the target, in its unit', defaults: {} },
  { name: 'rootMeanSquaredError', summary: 'typical distance from the target, large errors weigh more', defaults: {} },
  { name: 'r2', summary: "share of the targets' variance that is explained", defaults: {} },
];

export const optimizers: readonly PartEntry[] = [
  {
    name: 'adam',
    summary: 'a rate of its own for every weight',
    defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  },
  {
    name: 'adamw',
    summary: 'adam with weight decay',
    defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.004 },
  },
  {
    name: 'sgd',
    summary: 'plain gradient descent, with momentum on request',
    defaults: { learningRate: 0.01, momentum: 0, nesterov: false },
  },
  {
    name: 'rmsprop',
    summary: 'gradients divided by their running size',
    defaults: { learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7 },
  },
];

export const callbacks: readonly PartEntry[] = [
  {
    name: 'learningRateFinder',
    summary: 'looks for a learning rate instead of training',
    defaults: { minLearningRate: 1e-7, maxLearningRate: 1, steps: 100 },
  },
  { name: 'batchSizeFinder', summary: 'looks for a batch size instead of training', defaults: { maxBatchSize: 512 } },
  { name: 'terminateOnNaN', summary: 'stops when the loss is no number any more', defaults: { detectAnomaly: false } },
  {
    name: 'learningRateScheduler',
    summary: 'lets the learning rate fall',
    defaults: { schedule: 'cosine', finalShare: 0.01, warmupSteps: 0, cycles: 3, power: 1 },
  },
  {
    name: 'gradientAccumulationScheduler',
    summary: 'makes one step of the gradients of several batches',
    defaults: { scheduling: { '0': 4 } },
  },
  { name: 'swapEMAWeights', summary: 'judges and saves a moving average of the weights', defaults: { emaMomentum: 0.99 } },
  { name: 'stochasticWeightAveraging', summary: 'averages the weights of the last epochs', defaults: { startShare: 0.75 } },
  {
    name: 'reduceLROnPlateau',
    summary: 'lowers the learning rate when nothing gets better',
    defaults: { factor: 0.1, patienceEpochs: 10, minDelta: 0.0001, cooldownEpochs: 0, minLearningRate: 0 },
  },
  {
    name: 'earlyStopping',
    summary: 'stops when nothing gets better',
    defaults: { patienceEpochs: 3, minDelta: 0, startFromEpoch: 0, baseline: null },
  },
  { name: 'timer', summary: 'stops when the time is over', defaults: { maxTime: '1h', interval: 'step' } },
  { name: 'modelCheckpoint', summary: 'keeps the best epochs', defaults: { saveTopK: 1, saveOnException: false } },
  { name: 'csvLogger', summary: 'writes one line per epoch to a CSV file', defaults: { file: 'log.csv' } },
  { name: 'jsonLogger', summary: 'writes one JSON object per epoch', defaults: { file: 'log.jsonl', everySteps: 0 } },
  {
    name: 'tensorBoard',
    summary: 'curves, histograms and images for TensorBoard',
    defaults: { folder: 'tensorboard', everySteps: 0, histogramEveryEpochs: 1, wrongImages: 8 },
  },
  {
    name: 'mlflow',
    summary: 'tracks the training on an MLflow server',
    defaults: { uri: '', experiment: '', everySteps: 0, artifacts: true },
  },
  { name: 'throughputMonitor', summary: 'writes samples per second to a CSV file', defaults: { everySteps: 50, file: 'throughput.csv' } },
  { name: 'profiler', summary: 'shows where the time went, per phase and layer', defaults: {} },
  { name: 'modelSummary', summary: 'shows the layers before the training', defaults: {} },
  { name: 'report', summary: 'collects what report.html shows', defaults: {} },
  { name: 'progress', summary: 'shows epochs, time left and rate in the terminal', defaults: {} },
  { name: 'backupAndRestore', summary: 'saves where training stands, so that it can go on', defaults: { saveFreq: 'epoch' } },
];

/** The steps of a compression recipe. */
export const techniques: readonly CatalogEntry[] = [
  { name: 'pruneWeights', summary: 'sets the weakest weights to zero' },
  { name: 'pruneUnits', summary: 'takes out whole units, so that there is less to compute' },
  { name: 'fineTune', summary: 'trains again, under the rules of the steps before' },
];

/** The classes of tfjs's layers: in a saved model they mean these, so no layer of a project may be called so. */
export const layerClasses: readonly string[] = (
  'InputLayer Model Functional Sequential ReLU LeakyReLU PReLU ELU ThresholdedReLU Softmax Conv2D Conv3D Conv2DTranspose Conv3DTranspose ' +
  'SeparableConv2D Conv1D Cropping2D UpSampling2D DepthwiseConv2D RNN SimpleRNNCell SimpleRNN GRUCell GRU LSTMCell LSTM StackedRNNCells ' +
  'ConvLSTM2DCell ConvLSTM2D Dropout SpatialDropout1D Dense Flatten Activation RepeatVector Reshape Permute Masking Embedding Add Multiply ' +
  'Average Maximum Minimum Concatenate Dot GaussianNoise GaussianDropout AlphaDropout BatchNormalization LayerNormalization ZeroPadding2D ' +
  'MaxPooling1D AveragePooling1D MaxPooling2D AveragePooling2D MaxPooling3D AveragePooling3D GlobalAveragePooling1D GlobalMaxPooling1D ' +
  'GlobalAveragePooling2D GlobalMaxPooling2D TimeDistributed Bidirectional Rescaling CenterCrop CategoryEncoding Resizing RandomWidth'
).split(' ');

/** What a project can compute with. */
export interface BackendEntry extends CatalogEntry {
  /** Those that can leave out an install script and keep the library that is put beside the package. */
  readonly packageManagers: readonly string[];
}

export const backends: readonly BackendEntry[] = [
  { name: 'wasm', summary: 'WebAssembly, nothing to add', packageManagers: ['npm', 'pnpm', 'yarn', 'bun'] },
  { name: 'native', summary: "TensorFlow's own library, 0.9 GB more, for larger networks", packageManagers: ['npm', 'pnpm'] },
];

/**
 * Which answers of the generator go together: an answer to `question` goes only with those answers to `needs` that its
 * entry lists in `column`. Everything else goes with everything.
 */
export const compatibility = [
  { question: 'data', entries: datasets, column: 'tasks', needs: 'task' },
  { question: 'model', entries: models, column: 'tasks', needs: 'task' },
  { question: 'backend', entries: backends, column: 'packageManagers', needs: 'package-manager' },
] as const;
