import type { CompressionResult } from '../../../compression/compression-result.ts';
import type { SensitivityTable } from '../../../compression/sensitivity.ts';
import { formatBytes, formatCount, formatLog } from '../../../core/format.ts';
import { milliseconds } from '../../milliseconds.ts';
import { usage } from '../../usage.ts';
import { type Html, html } from '../html.ts';
import { compressionPage } from './compression-page.ts';
import { layersSection, sizesSection, speedSection, stepsSection } from './sections.ts';
import { sensitivitySection } from './sensitivity-section.ts';

export interface CompressionPage {
  /** The project and the recipe: `digit-reader: deep-compression`. */
  readonly title: string;
  /** What was compressed: `lenet5 on mnist, run 2026-11-23-0915-k3f7`. */
  readonly about: string;
  readonly result: CompressionResult;
  /** @default none */
  readonly sensitivities?: readonly SensitivityTable[];
}

/** Makes the page of a recipe. */
export function renderCompressionReport({ title, about, result, sensitivities = [] }: CompressionPage): string {
  const content = html`${stepsSection(result)}
${sizesSection(result)}
${layersSection(result)}
${speedSection(result)}
${sensitivities.map(sensitivitySection)}
${notesSection(result)}
<section><h2>Use it</h2><pre>${usage(result, 'model.safetensors').join('\n')}</pre></section>`;
  return compressionPage(title, about, content, cards(result));
}

/** The numbers one looks for first. */
function cards({ rows, file, test, metric, layers, speed }: CompressionResult): Html {
  const key = metric.replace(/^val_/, '');
  const kept = rows.findLast(({ undone }) => !undone) ?? rows[0];
  const judged = test ? [test.before[key], test.after[key]] : [rows[0].value, kept.value];
  const size = file?.sizeBytes ?? kept.fileBytes;
  const sum = (name: 'multiplyAdds' | 'multiplyAddsKept') => layers.reduce((total, layer) => total + layer[name], 0);
  const [cost, costKept] = [sum('multiplyAdds'), sum('multiplyAddsKept')];
  const facts: [string, string, string][] = [
    ['file', formatBytes(size), `was ${formatBytes(rows[0].fileBytes)}`],
    ['smaller', `${(rows[0].fileBytes / size).toFixed(1)}x`, 'bytes on disk, header included'],
    [test ? `test ${key}` : metric, formatLog(key, judged[1]), `was ${formatLog(key, judged[0])}`],
    ['weights kept', formatCount(kept.weightsKept), `of ${formatCount(rows[0].weightsKept)}`],
    ['multiply-adds', formatCount(costKept), cost === costKept ? 'as before' : `was ${formatCount(cost)}`],
  ];
  if (speed?.compressed)
    facts.push(['one sample', milliseconds(speed.compressed.one), `tfjs, as trained: ${milliseconds(speed.tfjs.one)}`]);
  return html`<dl class="cards">${facts.map(([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}<small>${more}</small></dd></div>`)}</dl>`;
}

function notesSection({ notes, recipe }: CompressionResult): Html {
  const rows = notes.map(({ step, layer, text }) => html`<tr><th scope="row">${step}</th><td>${layer}: ${text}</td></tr>\n`);
  return html`<section><h2>Recipe</h2><pre>${recipe.map(({ name, options }) => `${name}(${JSON.stringify(options)})`).join('\n')}</pre>
${rows.length > 0 && html`<details><summary>What each step did</summary><div class="scroll"><table class="facts"><tbody>${rows}</tbody></table></div></details>`}</section>`;
}
