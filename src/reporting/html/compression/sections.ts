import type { CompressionLayer, CompressionResult } from '../../../compression/compression-result.ts';
import { batchSize, type StepSpeed, type Times } from '../../../compression/recipe/measure-speed.ts';
import { formatBytes, formatCount, formatLog, formatPercent } from '../../../core/format.ts';
import { stagesOf } from '../../compression-stages.ts';
import { milliseconds } from '../../milliseconds.ts';
import { type Html, html } from '../html.ts';
import { sizeAccuracyChart } from './size-accuracy-chart.ts';
import { partsLegend, stackedBars } from './stacked-bars.ts';

/** Layers that have a colour of their own: the largest; the others are one part. */
const shownLayers = 6;

/** Each step: what it cost and what it gave. */
export function stepsSection({ rows, metric, stopReason }: CompressionResult): Html {
  const body = rows.map(
    ({ step, trained, weightsKept, value, fileBytes, multiplyAdds, remark, undone }, i) =>
      html`<tr${undone && html` class="undone"`}><td>${i}</td><th scope="row"${trained && html` class="tuned"`}>${step}</th><td>${formatCount(weightsKept)}</td><td>${formatLog(metric, value)}</td><td>${formatCount(multiplyAdds)}</td><td>${formatBytes(fileBytes)}</td><td>${remark}</td></tr>\n`,
  );
  return html`<section><h2>Steps</h2>${stopReason && html`<p class="bad">The recipe ended early: ${stopReason}. What came after the last good step was undone.</p>`}
<div class="scroll"><table class="numbers steps">
<thead><tr><th scope="col"></th><th scope="col">step</th><th scope="col">weights kept</th><th scope="col">${metric}</th><th scope="col">multiply-adds</th><th scope="col">file</th><th scope="col"><span class="sr">remark</span></th></tr></thead>
<tbody>${body}</tbody></table></div></section>`;
}

/** Where the steps led, and what the file consists of from stage to stage. */
export function sizesSection(result: CompressionResult): Html {
  const stages = stagesOf(result);
  const largest = [...result.layers].sort((a, b) => b.rawBytes + b.packedBytes - (a.rawBytes + a.packedBytes)).slice(0, shownLayers);
  const own = result.layers.filter((layer) => largest.includes(layer)).map(({ layer }) => layer);
  const names = [...own, ...(result.layers.length > own.length ? ['other layers'] : []), 'biases and header'];
  const bars = stages.map(({ title, kernels, rest, bytes }) => {
    const parts: Record<string, number> = { 'biases and header': rest };
    for (const [layer, size] of Object.entries(kernels)) {
      const name = own.includes(layer) ? layer : 'other layers';
      parts[name] = (parts[name] ?? 0) + size;
    }
    return { title, text: formatBytes(bytes), parts };
  });
  const { trained, compressed } = result.gzipBytes;
  const shared = { names, bars, format: formatBytes };
  return html`<section><h2>Size and quality</h2><div class="grid"><div>${sizeAccuracyChart(result.rows, result.metric)}</div><div>${stackedBars({ ...shared, title: 'The file after each step', scale: 'common' })}${stackedBars({ ...shared, title: 'What is in it, as shares', scale: 'each' })}${partsLegend(names)}</div></div>
<p class="muted">For comparison, gzip makes ${formatBytes(trained)} of the model as trained, and ${formatBytes(compressed)} of the compressed one in plain float32.</p></section>`;
}

/** Each layer, before and after. */
export function layersSection(result: CompressionResult): Html {
  const stages = stagesOf(result);
  const { layers, rest } = result;
  const sum = (key: 'weights' | 'weightsKept' | 'multiplyAdds' | 'multiplyAddsKept') =>
    layers.reduce((total, layer) => total + layer[key], 0);
  const head = ['layer', 'shape', 'weights', 'kept', 'units', 'bits', 'multiply-adds', ...stages.map(({ title }) => title), 'stored as'];
  const restOf = (i: number) => (i === 0 ? rest.rawBytes : i === stages.length - 1 ? rest.packedBytes : stages[i].rest);
  return html`<section><h2>Layers</h2><div class="scroll"><table class="numbers layers">
<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${layers.map((layer) => html`<tr><th scope="row">${layer.layer}</th><td>${layer.shape.join('x')}</td><td>${layer.weights === 0 ? 'new' : formatCount(layer.weights)}</td><td>${kept(layer)}</td><td>${change(layer.weights === 0 ? layer.unitsKept : layer.units, layer.unitsKept)}</td><td>${layer.bits}</td><td>${change(layer.multiplyAdds, layer.multiplyAddsKept)}</td>${stages.map(({ kernels }) => html`<td>${formatBytes(kernels[layer.layer] ?? 0)}</td>`)}<td>${layer.form}</td></tr>\n`)}
<tr><th scope="row">biases and header</th><td></td><td></td><td></td><td></td><td></td><td></td>${stages.map((_, i) => html`<td>${formatBytes(restOf(i))}</td>`)}<td></td></tr></tbody>
<tfoot><tr><th scope="row">in all</th><td></td><td>${formatCount(sum('weights'))}</td><td>${formatPercent(sum('weightsKept') / sum('weights'))}</td><td></td><td></td><td>${change(sum('multiplyAdds'), sum('multiplyAddsKept'))}</td>${stages.map(({ bytes }) => html`<td>${formatBytes(bytes)}</td>`)}<td></td></tr></tfoot></table></div>
<p class="muted">kept: weights that are not 0; bits: what tells the values of the kernel apart; multiply-adds: for one sample</p></section>`;
}

/** How long predictions take. */
export function speedSection({ speed, features }: CompressionResult): Html | undefined {
  if (!speed) return undefined;
  const { tfjs, trained, compressed, steps = [] } = speed;
  const sample = features.inputShape.length === 3 ? 'image' : 'row';
  const row = (name: string, key: keyof Times) =>
    html`<tr><th scope="row">${name}</th>${[tfjs, trained, compressed].map((times) => html`<td>${times ? milliseconds(times[key]) : '-'}</td>`)}</tr>`;
  const isFaster = trained && compressed && compressed.batch < 0.9 * trained.batch;
  return html`<section><h2>Time</h2><div class="scroll"><table class="numbers"><thead><tr><th scope="col"></th><th scope="col">tfjs, as trained</th><th scope="col">engine, as trained</th><th scope="col">engine, compressed</th></tr></thead>
<tbody>${row(`one ${sample}`, 'one')}${row(`${batchSize} ${sample}s`, 'batch')}</tbody></table></div>
${steps.length > 0 && stepTable(steps, sample)}
<p class="muted">Medians, measured on this machine when the file was written.${trained && compressed && !isFaster && ' The engine is not faster with the compressed model.'}${!compressed && ' The engine cannot run this model; tfjs does.'}</p></section>`;
}

/** What the engine does, and how long it takes. */
function stepTable(steps: readonly StepSpeed[], sample: string): Html {
  return html`<div class="scroll"><table class="numbers"><thead><tr><th scope="col">engine, one ${sample}</th><th scope="col">kernel</th><th scope="col">as trained</th><th scope="col">compressed</th></tr></thead>
<tbody>${steps.map(({ layers, kernel, milliseconds: { trained, compressed } }) => html`<tr><th scope="row">${layers.join(', ')}</th><td>${kernel}</td><td>${trained === undefined ? '-' : milliseconds(trained)}</td><td>${milliseconds(compressed)}</td></tr>\n`)}</tbody></table></div>`;
}

function kept({ weights, weightsKept, unitsKept }: CompressionLayer): string {
  if (weights > 0 && unitsKept === 0) return 'replaced';
  return weights === 0 ? formatCount(weightsKept) : formatPercent(weightsKept / weights);
}

function change(before: number, after: number): string {
  return before === after ? formatCount(before) : `${formatCount(before)} → ${formatCount(after)}`;
}
