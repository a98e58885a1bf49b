// Pictures in files (`npm run bench -- data [reading] [size] [training]`, 3 minutes, needs DL_DATA_DIR with cifar10-images.tar.gz): what reading costs beside training.
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { useBackend } from '../src/backend/use-backend.ts';
import { DataLoader, type DataLoaderOptions } from '../src/data/data-loader.ts';
import type { Dataset } from '../src/data/dataset.ts';
import { readImageFolder } from '../src/data/images/folder/read-image-folder.ts';
import { ImageDataset } from '../src/data/images/image-dataset.ts';
import { layers } from '../src/layers/layers.ts';
import { sequential } from '../src/layers/sequential.ts';
import { Trainer } from '../src/training/trainer.ts';
import { interleave } from './support/interleave.ts';
import type { Report } from './support/report.ts';

const batchSize = 128;
const trainedImages = 10 * batchSize;

export async function run(report: Report, words: readonly string[]): Promise<void> {
  const wanted = (part: string) => words.length === 0 || words.includes(part);
  const archive = join(process.env.DL_DATA_DIR ?? '', 'cifar10-images.tar.gz');
  const folder = mkdtempSync(join(tmpdir(), 'dl-bench-data-'));
  try {
    execFileSync('tar', ['xzf', archive, '-C', folder]);
    const pictures = join(folder, 'cifar10-images', 'train');
    const files = (await readImageFolder(pictures, { testSplit: 0 })).train;
    if (wanted('reading')) await measureReading(report, files);
    if (wanted('size')) await measureSize(report, pictures, folder);
    if (wanted('training')) await measureTraining(report, files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Batches without anybody who learns from them. */
async function measureReading(report: Report, files: Dataset): Promise<void> {
  const augmentation = { flip: 'horizontal', cropPadding: 4 } as const;
  const everything = {
    flip: 'horizontal',
    shift: 0.1,
    rotate: 15,
    zoom: 0.1,
    brightness: 0.2,
    contrast: 0.2,
    cutout: 8,
    mixup: 0.2,
  } as const;
  const loaders: Record<string, Partial<DataLoaderOptions>> = {
    'training thread': {},
    '1 worker': { workers: 1 },
    '2 workers': { workers: 2 },
    'training thread, flip and crop': { augmentation },
    'training thread, every augmentation': { augmentation: everything },
    '1 worker, every augmentation': { augmentation: everything, workers: 1 },
  };
  const measures = Object.fromEntries(
    Object.entries(loaders).map(([name, options]) => {
      const loader = new DataLoader(files, { batchSize, shuffleSeed: 0, ...options });
      return [name, () => ratePerSecond(loader)] as const;
    }),
  );
  const rates = await interleave(3, measures);
  for (const [name, ours] of Object.entries(rates)) report.add({ case: `10,000 JPEG files of 32x32, ${name}`, metric: 'images/s', ours });
}

/** The cost of an image must not depend on how many there are. */
async function measureSize(report: Report, pictures: string, folder: string): Promise<void> {
  const counts = [1_000, 60_000];
  const sizes = await Promise.all(
    counts.map((count) => readImageFolder(manyPictures(pictures, join(folder, `${count}`), count), { testSplit: 0 })),
  );
  const [few, many] = sizes.map(({ train }) => new DataLoader(train, { batchSize, shuffleSeed: 0 }));
  const costs = await interleave(3, { few: () => processorTime(few, counts[1]), many: () => processorTime(many, counts[1]) });
  report.add({
    case: '60,000 JPEG files, training thread',
    metric: 'processor µs/image',
    ours: costs.many,
    higherIsBetter: false,
    peer: { name: 'of 1,000 files', value: costs.few },
    targetRatio: 0.9,
  });
}

/** Trains one net on the same images in memory and in files, decoded anew in every epoch. */
async function measureTraining(report: Report, files: Dataset): Promise<void> {
  const backend = await useBackend();
  const positions = Uint32Array.from({ length: trainedImages }, (_, i) => i * 7);
  const { inputs, targets } = await files.get(positions);
  const memory = new ImageDataset({
    pixels: Uint8Array.from(inputs, (value) => Math.round(value * 255)),
    labels: Uint8Array.from(targets),
    shape: [32, 32, 3],
    classNames: files.features.outputNames,
  });
  for (const [name, model] of [
    ['small net', convNet(8, 16)],
    ['VGG-like net', convNet(32, 64)],
  ] as const) {
    const train = (dataset: Dataset, options: Partial<DataLoaderOptions>) => {
      const loader = new DataLoader(dataset, { batchSize, shuffleSeed: 0, ...options });
      const trainer = new Trainer(model, { epochs: 1, loss: 'sparseCategoricalCrossentropy', optimizer: 'sgd', restoreBestWeights: false });
      return async () => {
        const start = performance.now();
        await trainer.fit(loader);
        return trainedImages / ((performance.now() - start) / 1000);
      };
    };
    const rates = await interleave(5, {
      memory: train(memory, {}),
      thread: train(files, { positions, workers: 0 }),
      auto: train(files, { positions, workers: 'auto' }),
    });
    const peer = { name: 'in memory', value: rates.memory };
    report.add({ case: `${name} on JPEG files, ${backend.name}, workers 0`, metric: 'images/s', ours: rates.thread, peer });
    report.add({
      case: `${name} on JPEG files, ${backend.name}, workers auto`,
      metric: 'images/s',
      ours: rates.auto,
      peer,
      targetRatio: name === 'VGG-like net' ? 0.9 : undefined,
    });
    model.dispose();
  }
}

function convNet(first: number, second: number): LayersModel {
  const conv = (filters: number, more: object = {}) =>
    layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', ...more });
  return sequential([
    conv(first, { inputShape: [32, 32, 3] }),
    conv(first),
    layers.maxPooling2d({ poolSize: 2 }),
    conv(second),
    conv(second),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

let epochs = 0;

async function ratePerSecond(loader: DataLoader): Promise<number> {
  const start = performance.now();
  for await (const _ of loader.epoch(epochs++));
  return loader.length / ((performance.now() - start) / 1000);
}

/**
 * Microseconds per image, which other programs on the machine change less than the time on the clock.
 * @param images read in as many epochs as it takes: a short measurement leaves its garbage to the next one
 */
async function processorTime(loader: DataLoader, images: number): Promise<number> {
  const start = process.cpuUsage();
  for (let read = 0; read < images; read += loader.length) for await (const _ of loader.epoch(epochs++));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / images;
}

/** A folder of `count` names for the pictures of another. */
function manyPictures(pictures: string, folder: string, count: number): string {
  const classes = readdirSync(pictures);
  const files = classes.map((name) => readdirSync(join(pictures, name)));
  for (const name of classes) mkdirSync(join(folder, name), { recursive: true });
  for (let i = 0; i < count; i++) {
    const c = i % classes.length;
    const from = files[c][Math.floor(i / classes.length) % files[c].length];
    linkSync(join(pictures, classes[c], from), join(folder, classes[c], `${i}.jpg`));
  }
  return folder;
}
