import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { packModel } from '../../src/compression/pack-model.ts';
import { buildModel, imagesFor } from './build-model.ts';
import type { Report } from './report.ts';

const rounds = 15;
const root = fileURLToPath(new URL('../../', import.meta.url));
const readingProgram = fileURLToPath(new URL('reading-program.ts', import.meta.url));

/** What it costs to get the engine and a model: the download, the way to the first answer, and reading large files. */
export async function measureEngineFiles(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-engine-'));
  try {
    await measureDownload(report, join(folder, 'engine'));
    await measureFirstPrediction(report, folder);
    for (const form of ['float32', 'int8', 'huffman'] as const) measureReading(report, form, join(folder, `${form}.safetensors`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bundled for a browser, which loads the build of the kernels that it takes: of the two the larger one counts. */
async function measureDownload(report: Report, folder: string): Promise<void> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/inference/index.ts'],
    outdir: folder,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  const strangers = inputs.filter((path) => !/^src\/(inference|core|kernels|packed)\//.test(path));
  if (strangers.length > 0) throw new Error(`The engine's bundle holds ${strangers.join(', ')}.`);
  const size = (pattern: RegExp) => outputFiles.filter(({ path }) => pattern.test(path)).map(({ contents }) => gzipSync(contents).length);
  const sum = (sizes: readonly number[]) => sizes.reduce((total, one) => total + one, 0);
  const bytes = sum(size(/^(?!.*engine-(relaxed-)?simd)/)) + Math.max(...size(/engine-(relaxed-)?simd/));
  report.add({
    case: 'engine, JavaScript and one build of the kernels',
    metric: 'gzip KB',
    ours: bytes / 1000,
    higherIsBetter: false,
    target: 60,
  });
}

/** The fastest of fresh processes, from the call of loadModel on; importing the engine comes before. */
async function measureFirstPrediction(report: Report, folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/inference/index.ts'],
    outdir: join(folder, 'engine'),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2023',
    outExtension: { '.js': '.mjs' }, // a module by its name, as the package's files are by its `type`
  });
  const program = join(folder, 'first-prediction.mjs');
  writeFileSync(
    program,
    `import { loadModel } from './engine/index.mjs';
const start = performance.now();
const model = await loadModel(process.argv[2]);
model.predictSync([new Uint8Array(28 * 28)]);
console.log(performance.now() - start);\n`,
  );
  const model = join(folder, 'lenet5.safetensors');
  writeFileSync(model, await packModel(buildModel('lenet5'), { features: imagesFor('lenet5', 1).features, optimizeFor: 'speed' }));
  const times = Array.from({ length: rounds }, () => Number(execFileSync(process.execPath, [program, model], { encoding: 'utf8' })));
  report.add({
    case: 'lenet5, float32: load and first prediction',
    metric: 'ms',
    ours: Math.min(...times),
    higherIsBetter: false,
    target: 20,
  });
}

function measureReading(report: Report, form: 'float32' | 'int8' | 'huffman', file: string): void {
  runReading('write', form, file);
  const runs = Array.from({ length: 5 }, () => JSON.parse(runReading('read', file)) as Record<string, number>);
  const fastest = (key: string) => Math.min(...runs.map((run) => run[key]));
  const [{ fileBytes, decodedBytes }] = runs;
  const title = `packed file of ${Math.round(fileBytes / 1e6)} MB, ${form}`;
  if (form === 'huffman') {
    const seconds = fastest('seconds') + fastest('decodingSeconds');
    report.add({ case: title, metric: 'decoded MB/s', ours: decodedBytes / seconds / 1e6 });
    return;
  }
  report.add({ case: title, metric: 'MB/s', ours: fileBytes / fastest('seconds') / 1e6, target: 200 });
  report.add({ case: title, metric: 'memory / file', ours: fastest('peakBytes') / fileBytes, higherIsBetter: false, target: 1.5 });
}

function runReading(...args: readonly string[]): string {
  const words = ['--import', import.meta.resolve('tsx'), readingProgram, ...args];
  return execFileSync(process.execPath, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
