import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { PaperRow, Target } from './paper-row.ts';

/** What one seed of a row gave. */
export interface SeedResult {
  readonly seed: number;
  readonly figures: Readonly<Record<string, number>>;
}

/** Stored per row, so that a study goes on with the seeds that are missing. */
const folder = new URL('../results/papers/', import.meta.url);

export function readSeeds(row: PaperRow): SeedResult[] {
  try {
    return JSON.parse(readFileSync(new URL(`${row.name}.json`, folder), 'utf8'));
  } catch {
    return [];
  }
}

export function writeSeeds(row: PaperRow, results: readonly SeedResult[]): void {
  mkdirSync(folder, { recursive: true });
  const lines = [...results].sort((a, b) => a.seed - b.seed).map((result) => `  ${JSON.stringify(result)}`);
  writeFileSync(new URL(`${row.name}.json`, folder), `[\n${lines.join(',\n')}\n]\n`);
}

/** A figure over the seeds. */
export interface Estimate {
  readonly mean: number;
  /** Half of the 95 % interval of the mean (Student); NaN for a single seed. */
  readonly margin: number;
  readonly seeds: number;
}

export function estimate(results: readonly SeedResult[], figure: string): Estimate {
  const values = results.map(({ figures }) => figures[figure]);
  const seeds = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1);
  return { mean, margin: studentT(seeds - 1) * Math.sqrt(variance / seeds), seeds };
}

/** Whether the worse end of the interval reaches the bar. */
export function reaches({ mean, margin }: Estimate, { atLeast, atMost }: Target): boolean {
  const doubt = Number.isNaN(margin) ? 0 : margin;
  return (atLeast === undefined || mean - doubt >= atLeast) && (atMost === undefined || mean + doubt <= atMost);
}

/** The 97.5 % point of Student's distribution. */
function studentT(degrees: number): number {
  const points = [Number.NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
  return points[degrees] ?? 2.2;
}
