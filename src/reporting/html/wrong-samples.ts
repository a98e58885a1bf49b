import { formatNumber, formatPercent } from '../../core/format.ts';
import type { Evaluation, WrongClass, WrongNumber } from '../../metrics/evaluation.ts';
import type { ShownSample } from '../../runs/evaluation-record.ts';
import { type Html, html } from './html.ts';

/** Pictures that are shown at once; more are a click away. */
const shownPictures = 12;

type Shown = ShownSample | null;

/** The samples that were most wrong: pictures with what was said of them, or a table of rows. Undefined where nothing was wrong. */
export function wrongSamples({ mostWrong }: Evaluation, samples: readonly Shown[]): Html | undefined {
  if (mostWrong.length === 0) return undefined;
  if (samples.some((sample) => sample?.kind === 'image')) {
    const pictures = mostWrong.map((wrong, i) => picture(wrong, samples[i]));
    const more = pictures.length - shownPictures;
    return html`<ul class="pictures">${pictures.slice(0, shownPictures)}</ul>
${more > 0 && html`<details><summary>${more} more</summary><ul class="pictures">${pictures.slice(shownPictures)}</ul></details>`}`;
  }
  return rows(mostWrong, samples);
}

function picture(wrong: WrongClass | WrongNumber, sample: Shown): Html {
  const image = sample?.kind === 'image' ? sample : undefined;
  const small = image && Math.max(image.width, image.height) <= 64;
  return html`<li>${image && html`<img${small && html` class="pixels"`} src="data:image/png;base64,${image.png}" width="${image.width}" height="${image.height}" alt="sample ${wrong.index}, ${wrong.actual}">`}
<div>${verdict(wrong)}</div></li>`;
}

function verdict(wrong: WrongClass | WrongNumber): Html {
  const number = html`<span class="muted">sample ${wrong.index}</span>`;
  if ('output' in wrong) return html`<b>${formatNumber(wrong.predicted)}</b> for ${formatNumber(wrong.actual)}<br>${number}`;
  return html`<b>${wrong.actual}</b> read as <b class="bad">${wrong.predicted}</b><br><span class="muted">${share(wrong.probability)} sure; ${share(wrong.actualProbability)} for ${wrong.actual}</span><br>${number}`;
}

function rows(mostWrong: readonly (WrongClass | WrongNumber)[], samples: readonly Shown[]): Html {
  const first = samples.find((sample) => sample?.kind === 'row');
  const columns = first?.kind === 'row' ? first.values.map(({ column }) => column) : [];
  const isClass = 'probability' in mostWrong[0];
  return html`<div class="scroll"><table class="numbers"><thead><tr><th scope="col">sample</th><th scope="col">actual</th><th scope="col">predicted</th>${isClass ? html`<th scope="col">sure</th>` : html`<th scope="col">off by</th>`}${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${mostWrong.map((wrong, i) => html`<tr><th scope="row">${wrong.index}</th>${answer(wrong)}${values(samples[i])}</tr>\n`)}</tbody></table></div>`;
}

function answer(wrong: WrongClass | WrongNumber): Html {
  if (!('output' in wrong))
    return html`<td>${wrong.actual}</td><td class="bad">${wrong.predicted}</td><td>${share(wrong.probability)}</td>`;
  const { actual, predicted } = wrong;
  return html`<td>${formatNumber(actual)}</td><td>${formatNumber(predicted)}</td><td class="bad">${formatNumber(predicted - actual)}</td>`;
}

function values(sample: Shown): Html[] {
  if (sample?.kind !== 'row') return [];
  return sample.values.map(({ value }) => html`<td>${typeof value === 'number' ? Number(value.toPrecision(4)) : (value ?? '-')}</td>`);
}

/** `98.2 %`; a dash for NaN, which a file of JSON has as null. */
function share(value: number | null): string {
  return formatPercent(value ?? Number.NaN);
}
