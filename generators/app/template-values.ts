import { type DatasetEntry, datasets, type Goal, type ModelEntry, models, type Task } from '../../src/catalog.ts';
import { groupDigits } from '../engine/group-digits.ts';
import { type PackageManager, scriptCommand } from '../engine/package-manager.ts';
import type { TemplateValues } from '../engine/render.ts';
import { ciValues } from './ci-values.ts';
import { dataSettings } from './data-settings.ts';
import type { AppInput } from './input.ts';

const recipes: Record<Goal, string> = {
  smallest: 'deep-compression',
  fastest: 'fewer-units',
  both: 'small-and-fast',
  later: 'deep-compression',
};

/** What follows from the task: how the outputs are judged, and the words for it. */
const judgedBy: Record<Task, { loss: string; metric: string; samples: string; learns: string }> = {
  'classify-images': { loss: 'sparseCategoricalCrossentropy', metric: 'accuracy', samples: 'images', learns: 'classify images' },
  'classify-rows': { loss: 'sparseCategoricalCrossentropy', metric: 'accuracy', samples: 'rows', learns: 'classify table rows' },
  'predict-number': { loss: 'meanSquaredError', metric: 'meanAbsoluteError', samples: 'rows', learns: 'predict a number' },
};

/** Images need few passes over many samples, tables many passes over few. Of the small nets of tables more weights must stay. */
const pace = {
  images: {
    epochs: 6,
    batchSize: 128,
    batchSizes: [64, 128, 256],
    patienceEpochs: 3,
    quickEpochs: 3,
    fineTuneEpochs: 4,
    keepWeights: 0.08,
    keepWeightsOfHalf: 0.2,
    shareBits: 5,
    shareEpochs: 2,
  },
  rows: {
    epochs: 100,
    batchSize: 32,
    batchSizes: [16, 32, 64],
    patienceEpochs: 10,
    quickEpochs: 20,
    fineTuneEpochs: 40,
    keepWeights: 0.25,
    keepWeightsOfHalf: 0.5,
    shareBits: 6,
    shareEpochs: 20,
  },
};

/** A net of a tenth of the others' weights has fewer to spare: 8 % of them cost it a point on MNIST's validation images, 20 % a fifth. */
const keptOfSmallNets: Readonly<Record<string, { keepWeights: number; keepWeightsOfHalf: number }>> = {
  'lenet5-classic': { keepWeights: 0.2, keepWeightsOfHalf: 0.4 },
};

/** The order of imported names: numbers by their size, as linters want it. */
const byName = new Intl.Collator('en', { numeric: true });

/** Sizes of generated data that are enough for a test. */
const smallSizes = { trainImages: 600, testImages: 100, rows: 400 };

/** Sizes of generated data that show in seconds whether an idea is worth a long training. */
const quickSizes = { trainImages: 4_000, rows: 1_000 };
/** The same for data that is read, however much of it there is: batches of an epoch. */
const quickBatches = 20;

/** What the templates may name. Whatever takes more than a value is decided here, so that templates stay readable. */
export function templateValues(input: AppInput): TemplateValues {
  const { name, answers, dataOptions, copyright, packages } = input;
  const dataset = datasets.find((one) => one.name === answers.data)!;
  const model = models.find((one) => one.name === answers.model)!;
  const others = models.filter((one) => one !== model && one.tasks.includes(answers.task));
  const judged = judgedBy[answers.task];
  const paced = pace[answers.task === 'classify-images' ? 'images' : 'rows'];
  const quick = sizesOf(dataset, quickSizes);
  const shown = dataSettings(dataset, answers.task, dataOptions);
  return {
    name,
    canAdd: packages.generator !== undefined,
    about: `A network that learns to ${judged.learns}.`,
    task: answers.task,
    data: dataset.name,
    dataId: camelCase(dataset.name),
    dataSettings: settings({ name: dataset.name, ...shown }),
    reads: dataset.reads ?? 'nothing',
    dataPlace: shown.folder ?? shown.file ?? '',
    model: model.name,
    modelId: camelCase(model.name),
    modelSettings: settings({ name: model.name, ...model.defaults }),
    otherModelIds: others.map((one) => camelCase(one.name)).sort(byName.compare),
    recipe: recipes[answers.goal],
    scoring: answers.task === 'predict-number' ? 'val_loss' : 'val_accuracy',
    backend: answers.backend,
    licence: answers.licence,
    copyright,
    ci: ciValues(input, !dataset.reads),
    ...commandValues(answers['package-manager']),
    example: `training.epochs=3 ${others.length > 0 ? `model.name=${others[0].name}` : 'data.batchSize=16'}`,
    quickData: settings(quick),
    ...testValues(dataset, model, answers.task),
    ...judged,
    ...paced,
    quickTraining: settings({ epochs: paced.quickEpochs, ...(Object.keys(quick).length === 0 && { limitBatches: quickBatches }) }),
    ...keptOfSmallNets[model.name],
  };
}

/** How the scripts are started: alone, or in a column of a table. */
function commandValues(packageManager: PackageManager): TemplateValues {
  const run = (script: string, ...words: string[]) => scriptCommand(packageManager, script, ...words);
  const [narrow, wide] = [run('playground').length + 2, run('train', 'overfit-batches=1').length + 4];
  return {
    packageManager,
    run,
    row: (script: string, ...words: string[]) => run(script, ...words).padEnd(words.length > 0 ? wide : narrow),
  };
}

/** What the tests of a project need: little data, small batches, and no data at all if it is still to come. */
function testValues(dataset: DatasetEntry, model: ModelEntry, task: Task): TemplateValues {
  const small = Object.entries(sizesOf(dataset, smallSizes)).map(([key, value]) => [`data.${key}`, value] as const);
  return {
    smallSettings: overrides([...small, ['data.batchSize', 32]]),
    smallBecause: small.length > 0 ? 'little data and small batches, so that tests are fast' : 'small batches, so that tests are fast',
    skip: dataset.reads ? '.skipIf(!dataIsThere)' : '',
    weights: dataset.name === 'synthetic-digits' ? groupDigits(model.weights, '_') : undefined,
    overfitEpochs: task !== 'classify-images' ? 200 : dataset.reads === 'images' || dataset.reads === 'public' ? 100 : 40, // photographs are harder than digits
  };
}

/** Those of the sizes that the dataset has an option for. */
function sizesOf(dataset: DatasetEntry, sizes: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(sizes).filter(([key]) => key in dataset.defaults));
}

/** As the formatter writes a list of pairs: on one line while it is a single one. */
function overrides(pairs: readonly (readonly [key: string, value: number])[]): string {
  const lines = pairs.map(([key, value]) => `['${key}', ${value}]`);
  return lines.length === 1 ? `[${lines[0]}]` : `[\n${lines.map((line) => `  ${line},\n`).join('')}]`;
}

/** `lenet-300-100` -> `lenet300100`: what the file of that name exports. */
export function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `{ name: 'lenet5', filters: [20, 50] }` -> `name: 'lenet5', filters: [20, 50]`, as a formatter would write it. */
function settings(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${literal(value)}`)
    .join(', ');
}

/** A value as source text: single quotes, unless that needs more escapes. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'string') return JSON.stringify(value);
  const double = JSON.stringify(value);
  return value.includes("'") ? double : `'${double.slice(1, -1).replaceAll('\\"', '"')}'`;
}
