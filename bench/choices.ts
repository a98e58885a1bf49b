// `npm run bench -- choices [models]`: whether the kernels that the engine chooses are ever slower than its dense float32, over every layer
// of every recipe.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { useBackend } from '../src/backend/use-backend.ts';
import { compressModel } from '../src/compression/compress-model.ts';
import { DlError } from '../src/core/errors.ts';
import { didYouMean } from '../src/core/nearest.ts';
import { DataLoader } from '../src/data/data-loader.ts';
import { hasRelaxedSimd } from '../src/kernels/has-relaxed-simd.ts';
import { nodeOf } from '../test/support/node-of.ts';
import { buildModel, imagesFor, type ModelName, catalogueModels as models } from './support/build-model.ts';
import type { Report } from './support/report.ts';
import { untrainedRecipes } from './support/untrained-recipes.ts';

/** How much of dense float32's speed a chosen kernel has at least. */
const target = 0.97;
const program = fileURLToPath(new URL('support/choices-program.ts', import.meta.url));

/** What a chosen kernel and dense float32 take for a product. */
export interface ComparedChoice {
  readonly file: string;
  readonly layer: string;
  readonly batch: number;
  readonly kernel: string;
  readonly microseconds: number;
  readonly denseMicroseconds: number;
}

export async function run(report: Report, words: readonly string[]): Promise<void> {
  const unknown = words.find((word) => !models.some((name) => name === word));
  if (unknown !== undefined) throw new Error(`choices measures ${models.join(', ')}; not ${unknown}.${didYouMean(unknown, models)}`);
  await useBackend();
  const folder = mkdtempSync(join(tmpdir(), 'bench-choices-'));
  try {
    for (const name of models.filter((one) => words.length === 0 || words.includes(one))) {
      const files = await compressed(name, folder);
      for (const flavour of ['simd', 'relaxed-simd'] as const) {
        const node = flavour === 'simd' || hasRelaxedSimd() ? process.execPath : nodeOf(24);
        addRow(report, `${name}, ${flavour}`, await compare(node, flavour, files));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The packed files of a model behind every recipe that it bears. */
async function compressed(name: ModelName, folder: string): Promise<string[]> {
  const images = imagesFor(name, 64);
  const training = { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], optimizer: { name: 'sgd' } };
  const files: string[] = [];
  for (const [recipeName, recipe] of Object.entries(untrainedRecipes)) {
    const file = join(folder, `${name}-${recipeName}.safetensors`);
    const model = buildModel(name);
    const train = new DataLoader(images, { batchSize: 32 });
    try {
      await compressModel({ model, features: images.features }, recipe, { ...training, seed: 0, data: { train, validation: train }, file });
      files.push(file);
    } catch (error) {
      if (!(error instanceof DlError)) throw error;
      console.log(`  ${name} does not bear ${recipeName}: ${error.message}`);
    } finally {
      model.dispose();
    }
  }
  return files;
}

async function compare(node: string, flavour: string, files: readonly string[]): Promise<ComparedChoice[]> {
  const child = spawn(node, ['--import', import.meta.resolve('tsx'), program, flavour, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const compared: ComparedChoice[] = [];
  for await (const line of createInterface({ input: child.stdout })) compared.push(JSON.parse(line));
  const code = await ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
  return compared;
}

/** The layer where the choice was worst; every choice below the target is printed. */
function addRow(report: Report, title: string, compared: readonly ComparedChoice[]): void {
  const ratioOf = ({ microseconds, denseMicroseconds }: ComparedChoice) => denseMicroseconds / microseconds;
  const sorted = [...compared].sort((a, b) => ratioOf(a) - ratioOf(b));
  for (const one of sorted.filter((choice) => ratioOf(choice) < target)) {
    const times = `${one.microseconds.toFixed(1)} us, float32 ${one.denseMicroseconds.toFixed(1)} us`;
    console.log(`  ${title}: ${one.file}, ${one.layer}, batch ${one.batch}: ${one.kernel} ${times}: ${ratioOf(one).toFixed(2)}x`);
  }
  const [worst] = sorted;
  if (!worst) return;
  report.add({
    case: `${title}: ${compared.length} choices, the worst`,
    metric: 'us',
    ours: worst.microseconds,
    peer: { name: 'dense float32', value: worst.denseMicroseconds },
    higherIsBetter: false,
    targetRatio: target,
  });
}
