// The papers' tables on real data (`npm run bench -- papers [row ...] [seeds=5]`, needs DL_DATA_DIR, up to 75 minutes per row and
// seed). Seeds that were measured are not measured again. `validation` reads no test set and stores nothing: to search settings.
import { useBackend } from '../src/backend/use-backend.ts';
import { compressModel } from '../src/compression/compress-model.ts';
import { didYouMean } from '../src/core/nearest.ts';
import { evaluateModel } from '../src/training/evaluate-model.ts';
import { denseNet } from './papers/dense-nets.ts';
import type { DenseNet, PaperRow, Tools } from './papers/paper-row.ts';
import { paperRows } from './papers/paper-rows.ts';
import { estimate, reaches, readSeeds, writeSeeds } from './papers/seed-results.ts';
import { writeTable } from './papers/write-table.ts';
import type { Report } from './support/report.ts';

export async function run(report: Report, words: readonly string[]): Promise<void> {
  const names = words.filter((word) => !word.includes('=') && word !== 'validation');
  const seeds = Number(words.find((word) => word.startsWith('seeds='))?.slice('seeds='.length) ?? 1);
  const searching = words.includes('validation');
  const known = paperRows.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no row ${unknown}.${didYouMean(unknown, known)} Rows: ${known.join(', ')}.`);
  await useBackend();
  for (const row of paperRows) {
    if (names.length > 0 && !names.includes(row.name)) continue;
    if (searching) await search(row, seeds);
    else await measure(report, row, seeds);
  }
  if (!searching) writeTable(paperRows);
}

async function measure(report: Report, row: PaperRow, seeds: number): Promise<void> {
  const results = readSeeds(row);
  for (let seed = 0; seed < seeds; seed++) {
    if (results.some((result) => result.seed === seed)) continue;
    results.push({ seed, figures: await row.measure(toolsFor(row, seed, 'test'), seed) });
    writeSeeds(row, results);
  }
  row.draw?.(results.map(({ figures }) => figures));
  for (const target of row.targets) {
    const { mean, margin } = estimate(results, target.figure);
    const lowerIsBetter = target.atMost !== undefined;
    const worse = Number.isNaN(margin) ? mean : lowerIsBetter ? mean + margin : mean - margin;
    report.add({
      case: row.name,
      metric: target.figure,
      ours: worse,
      target: target.atMost ?? target.atLeast,
      higherIsBetter: !lowerIsBetter,
    });
  }
}

/** The figures on validation data, to be looked at and thrown away. */
async function search(row: PaperRow, seeds: number): Promise<void> {
  const results = [];
  for (let seed = 0; seed < seeds; seed++) {
    const figures = await row.measure(toolsFor(row, seed, 'validation'), seed);
    results.push({ seed, figures });
    console.log(`  ${row.name}, seed ${seed}, on validation data: ${JSON.stringify(figures)}`);
  }
  for (const target of row.targets) {
    const { mean, margin } = estimate(results, target.figure);
    console.log(
      `  ${target.figure}: ${mean.toFixed(3)} +- ${margin.toFixed(3)} ${reaches({ mean, margin, seeds }, target) ? 'holds' : 'does NOT hold'}`,
    );
  }
}

function toolsFor(row: PaperRow, seed: number, judgedOn: 'test' | 'validation'): Tools {
  const log = (line: string) => console.log(`  ${row.name}, seed ${seed}: ${line}`);
  return {
    log,
    dense: (model) => denseNet(model, seed, log),
    compress: ({ data, training, ...trained }, recipe, file) =>
      compressModel(trained, recipe, {
        ...training,
        file,
        data: { train: data.train, validation: data.validation },
        onRow: ({ step, value, fileBytes }, metric) => log(`${step}: ${metric} ${value.toFixed(4)}, ${fileBytes} bytes`),
      }),
    error: async ({ model, data }: Pick<DenseNet, 'model' | 'data'>) => {
      const loader = judgedOn === 'test' || !data.validation ? await data.test() : data.validation;
      const { logs } = await evaluateModel(model, loader, { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
      return 100 * (1 - logs.accuracy);
    },
  };
}
