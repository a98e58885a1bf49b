/** What a project can be asked to learn. */
export type Task = 'classify-images' | 'classify-rows' | 'predict-number';

/** What a project's recipe is for. */
export type Goal = 'smallest' | 'fastest' | 'both' | 'later';
const everyGoal: readonly Goal[] = ['smallest', 'fastest', 'both', 'later'];

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
  readonly reads?: 'idx' | 'images' | 'public' | 'csv';
}

export interface ModelEntry extends PartEntry {
  readonly tasks: readonly Task[];
  /** What can be made of it by the recipes of a new project. */
  readonly goals: readonly Goal[];
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
    name: 'image-folder',
    summary: 'your pictures (PNG, JPEG ...), one folder per class',
    tasks: ['classify-images'],
    reads: 'images',
    defaults: { folder: 'dataset', height: 32, width: 32, channels: 3, testSplit: 0.2, cache: false, onCorrupt: 'error' },
  },
  {
    name: 'mnist',
    summary: '70,000 handwritten digits, a download of 11 MB',
    tasks: ['classify-images'],
    reads: 'public',
    defaults: { folder: 'dataset' },
  },
  {
    name: 'fashion-mnist',
    summary: '70,000 pieces of clothing, a download of 29 MB',
    tasks: ['classify-images'],
    reads: 'public',
    defaults: { folder: 'dataset' },
  },
  {
    name: 'cifar10',
    summary: '60,000 colour photographs of ten kinds, a download of 162 MB',
    tasks: ['classify-images'],
    reads: 'public',
    defaults: { folder: 'dataset' },
  },
  {
    name: 'cifar100',
    summary: '60,000 colour photographs of 100 kinds, a download of 161 MB',
    tasks: ['classify-images'],
    reads: 'public',
    defaults: { folder: 'dataset', labels: 'fine' },
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
    defaults: {
      file: 'dataset/table.csv',
      target: 'target',
      task: 'classification',
      testSplit: 0.2,
      ignore: [],
      categories: [],
      missing: 'mean',
      missingValue: 0,
      missingIndicator: false,
      rareBelow: 0,
      delimiter: '',
    },
  },
];

/** The models a project can start from: src/models, and their copies in templates/app/src/models. */
export const models: readonly ModelEntry[] = [
  {
    name: 'lenet5',
    summary: 'LeNet-5 of the pruning papers, 431,080 weights',
    tasks: ['classify-images'],
    goals: everyGoal,
    defaults: { filters: [20, 50], units: 500 },
    weights: 431_080,
    multiplyAccumulates: 2_293_000,
  },
  {
    name: 'lenet5-classic',
    summary: 'LeNet-5 of 1998, 44,426 weights, eight times less to compute',
    tasks: ['classify-images'],
    goals: everyGoal,
    defaults: { filters: [6, 16], units: [120, 84] },
    weights: 44_426,
    multiplyAccumulates: 281_640,
  },
  {
    name: 'lenet-300-100',
    summary: 'dense layers of 300 and 100 units, 266,610 weights',
    tasks: ['classify-images'],
    goals: everyGoal,
    defaults: { hidden: [300, 100] },
    weights: 266_610,
    multiplyAccumulates: 266_200,
  },
  {
    name: 'mlp',
    summary: 'dense layers of 128 and 64 units, for table rows and small images',
    tasks: ['classify-rows', 'predict-number', 'classify-images'],
    goals: everyGoal,
    defaults: { hidden: [128, 64], activation: 'relu', kernelInitializer: 'glorotNormal', dropout: 0, maxNorm: 0 },
    weights: 109_386,
    multiplyAccumulates: 109_184,
  },
  {
    name: 'resnet',
    summary: 'ResNet-20 for small images, 273,370 weights',
    tasks: ['classify-images'],
    goals: everyGoal,
    defaults: { depth: 20, filters: 16 },
    weights: 273_370,
    multiplyAccumulates: 31_021_952,
  },
  {
    name: 'vgg-small',
    summary: 'a small VGG with batch normalization, 585,514 weights',
    tasks: ['classify-images'],
    goals: everyGoal,
    defaults: { filters: [32, 64, 128], units: 256 },
    weights: 585_514,
    multiplyAccumulates: 29_424_640,
  },
  {
    name: 'inception',
    summary: 'a small GoogLeNet, 105,994 weights',
    tasks: ['classify-images'],
    goals: everyGoal,
    defaults: { width: 8, reduce: true },
    weights: 105_994,
    multiplyAccumulates: 8_230_144,
  },
  {
    name: 'squeezenet',
    summary: 'a small SqueezeNet, 89,002 weights',
    tasks: ['classify-images'],
    goals: everyGoal,
    defaults: { filters: 32, squeeze: [8, 16, 24], dropout: 0 },
    weights: 89_002,
    multiplyAccumulates: 3_019_648,
  },
  {
    name: 'mobilenet',
    summary: 'a small MobileNet, 144,970 weights',
    tasks: ['classify-images'],
    goals: everyGoal,
    defaults: { alpha: 0.5 },
    weights: 144_970,
    multiplyAccumulates: 4_920_384,
  },
];

export const losses: readonly PartEntry[] = [
  { name: 'sparseCategoricalCrossentropy', summary: 'classes given as numbers', defaults: {} },
  { name: 'categoricalCrossentropy', summary: 'classes, with label smoothing on request', defaults: { labelSmoothing: 0 } },
  { name: 'binaryCrossentropy', summary: 'independent yes/no answers', defaults: { labelSmoothing: 0 } },
  {
    name: 'categoricalFocalCrossentropy',
    summary: 'classes; what is right already counts little',
    defaults: { alpha: 0.25, gamma: 2, labelSmoothing: 0 },
  },
  {
    name: 'binaryFocalCrossentropy',
    summary: 'yes/no answers; what is right already counts little',
    defaults: { gamma: 2, applyClassBalancing: false, alpha: 0.25, labelSmoothing: 0 },
  },
  { name: 'hinge', summary: 'scores on the right side of a border', defaults: {} },
  { name: 'squaredHinge', summary: 'the same squared: large mistakes count most', defaults: {} },
  { name: 'categoricalHinge', summary: 'scores of the right class above all others', defaults: {} },
  { name: 'klDivergence', summary: 'probabilities close to those wanted', defaults: {} },
  { name: 'meanSquaredError', summary: 'numbers; large errors count most', defaults: {} },
  { name: 'meanAbsoluteError', summary: 'numbers; every unit of error counts the same', defaults: {} },
  { name: 'meanAbsolutePercentageError', summary: 'numbers; errors count in per cent of the target', defaults: {} },
  { name: 'meanSquaredLogarithmicError', summary: 'numbers above 0; ratios count, not distances', defaults: {} },
  { name: 'huber', summary: 'numbers; squared near the target, absolute far from it', defaults: { delta: 1 } },
  { name: 'logCosh', summary: 'as huber, without a seam', defaults: {} },
  { name: 'cosineSimilarity', summary: 'rows of numbers; only their direction counts', defaults: {} },
  { name: 'poisson', summary: 'counts, from their rates', defaults: {} },
];

/** The options of precision, recall and f1Score. */
const classScore = { average: 'macro', class: '', threshold: 0.5 };

export const metrics: readonly PartEntry[] = [
  { name: 'accuracy', summary: 'share of samples whose class is right', defaults: {} },
  { name: 'topKAccuracy', summary: 'share of samples whose class is among the k most probable', defaults: { k: 5 } },
  { name: 'binaryAccuracy', summary: 'share of right answers of two classes, from a threshold on', defaults: { threshold: 0.5 } },
  { name: 'balancedAccuracy', summary: 'share that is right per class, averaged', defaults: { adjusted: false } },
  { name: 'precision', summary: 'how often an answer is right, averaged over the classes', defaults: classScore },
  { name: 'recall', summary: 'how many of a class are found, averaged over the classes', defaults: classScore },
  { name: 'f1Score', summary: 'precision and recall in one, averaged over the classes', defaults: classScore },
  { name: 'rocAuc', summary: 'how well probabilities rank a class above the others', defaults: { average: 'macro' } },
  { name: 'prAuc', summary: 'average precision: the same for rare classes', defaults: { average: 'macro' } },
  { name: 'logLoss', summary: 'how improbable the right class was thought to be', defaults: {} },
  { name: 'expectedCalibrationError', summary: 'how far probabilities are from how often they are right', defaults: { bins: 15 } },
  { name: 'cohenKappa', summary: 'agreement beyond chance, for ordered classes too', defaults: { weights: 'none' } },
  { name: 'matthewsCorrelation', summary: 'correlation of answers and classes', defaults: {} },
  { name: 'meanAbsoluteError', summary: 'mean distance from the target, in its unit', defaults: {} },
  { name: 'meanSquaredError', summary: 'mean squared distance from the target', defaults: {} },
  { name: 'rootMeanSquaredError', summary: 'typical distance from the target, large errors weigh more', defaults: {} },
  { name: 'meanAbsolutePercentageError', summary: 'mean distance as a share of the target', defaults: {} },
  { name: 'r2', summary: "share of the targets' variance that is explained", defaults: {} },
  { name: 'cosineSimilarity', summary: 'cosine of the angle between outputs and targets', defaults: {} },
];

/** The options of Adam and its kin. */
const adamDefaults = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

export const optimizers: readonly PartEntry[] = [
  { name: 'adam', summary: 'a rate of its own for every weight', defaults: { ...adamDefaults, amsgrad: false } },
  { name: 'adamw', summary: 'adam with weight decay', defaults: { ...adamDefaults, amsgrad: false, weightDecay: 0.004 } },
  {
    name: 'sgd',
    summary: 'plain gradient descent, with momentum on request',
    defaults: { learningRate: 0.01, momentum: 0, nesterov: false },
  },
  { name: 'nadam', summary: 'adam that looks ahead along its momentum', defaults: adamDefaults },
  {
    name: 'rmsprop',
    summary: 'gradients divided by their running size',
    defaults: { learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false },
  },
  {
    name: 'adagrad',
    summary: 'gradients divided by the size of all so far',
    defaults: { learningRate: 0.001, initialAccumulatorValue: 0.1, epsilon: 1e-7 },
  },
  { name: 'adadelta', summary: 'steps as large as earlier ones', defaults: { learningRate: 0.001, rho: 0.95, epsilon: 1e-7 } },
  { name: 'adamax', summary: 'adam by the largest gradient', defaults: adamDefaults },
  { name: 'lamb', summary: 'adam for large batches', defaults: adamDefaults },
  { name: 'lion', summary: 'steps of one size, by sign only', defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.99 } },
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
    defaults: { patienceEpochs: 3, minDelta: 0, startFromEpoch: 0, baseline: null, restoreBestWeights: true },
  },
  { name: 'unfreeze', summary: 'trains layers that model.freeze keeps from an epoch on', defaults: { layers: '*', epoch: 2 } },
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
  {
    name: 'backupAndRestore',
    summary: 'saves where training stands, so that it can go on',
    defaults: { saveFreq: 'epoch', everySeconds: 0 },
  },
];

/** The steps of a compression recipe. */
export const techniques: readonly CatalogEntry[] = [
  { name: 'pruneWeights', summary: 'sets the weakest weights to zero' },
  { name: 'pruneUnits', summary: 'takes out whole units, so that there is less to compute' },
  { name: 'cropInput', summary: 'cuts off the border of pictures that a dense layer reads in vain' },
  { name: 'shareWeights', summary: 'lets weights share few values, which are trained on' },
  { name: 'slim', summary: 'trains on with small BatchNorm scales, so that idle units show' },
  { name: 'factorize', summary: 'writes kernels as products of smaller ones' },
  { name: 'winograd', summary: 'computes convolutions by fewer multiplications' },
  { name: 'insertBottlenecks', summary: 'puts 1x1 convolutions before costly ones' },
  { name: 'fuseLayers', summary: 'merges batch normalizations and activations into the layers before them' },
  { name: 'quantize', summary: 'makes weights and activations whole numbers of 8 or 4 bits' },
  { name: 'huffmanCode', summary: 'codes what is frequent in fewer bits: a smaller file, the same weights' },
  { name: 'rewind', summary: 'gives the weights that are left the values they began with' },
  { name: 'binarize', summary: 'leaves two values to each kernel' },
  { name: 'ternarize', summary: 'leaves three values to each kernel' },
  { name: 'fineTune', summary: 'trains again, under the rules of the steps before' },
  { name: 'distill', summary: 'lets the uncompressed model teach the steps that train' },
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
export const backends: readonly CatalogEntry[] = [
  { name: 'wasm', summary: 'WebAssembly, nothing to add' },
  { name: 'native', summary: 'our kernels compiled for your processor; needs a C++ compiler' },
];

/**
 * Which answers of the generator go together: an answer to `question` goes only with those answers to `needs` that its
 * entry lists in `column`. Everything else goes with everything.
 */
export const compatibility = [
  { question: 'data', entries: datasets, column: 'tasks', needs: 'task' },
  { question: 'model', entries: models, column: 'tasks', needs: 'task' },
  { question: 'model', entries: models, column: 'goals', needs: 'goal' },
] as const;
