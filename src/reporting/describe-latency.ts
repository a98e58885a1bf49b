import { relative } from 'node:path';
import type { Latency, Percentiles } from '../compression/measure-latency.ts';
import { formatBytes } from '../core/format.ts';
import { textTable } from '../core/text-table.ts';

/** What `npm run latency` prints: each step of the packed model, all of them, and the dense model by tfjs. */
export function describeLatency({ file, sizeBytes, batch, calls, flavour, steps, total, dense }: Latency): string {
  const path = relative(process.cwd(), file).replaceAll('\\', '/');
  const what = batch === 1 ? 'one sample' : `${batch} samples together`;
  const rows = steps.map(({ step, times }) => [
    step.layers.join(', '),
    batch < 8 ? step.kernel : step.batchKernel,
    ...cells(times),
    batch < 8 ? step.why : '',
  ]);
  const last = dense ? [['dense, by tfjs', '', ...cells(dense), `${(dense.p50 / total.p50).toFixed(1)}x as long`]] : [];
  const left = (title: string) => ({ title, align: 'left' as const });
  const columns = [left('layer'), left('kernel'), { title: 'p50' }, { title: 'p95' }, { title: 'p99' }, left('')];
  return [
    '',
    `  ${path}, ${formatBytes(sizeBytes)}: ${what}, ${calls} calls, one thread, wasm ${flavour}`,
    '',
    textTable(columns, [...rows, ['in all', '', ...cells(total), ''], ...last]),
  ].join('\n');
}

function cells({ p50, p95, p99 }: Percentiles): string[] {
  return [p50, p95, p99].map(microseconds);
}

/** Two digits below 100 us; from 1 ms on in milliseconds. */
function microseconds(value: number): string {
  if (value < 1000) return `${value < 10 ? value.toFixed(1) : Math.round(value)} us`;
  return `${Number((value / 1000).toPrecision(3))} ms`;
}
