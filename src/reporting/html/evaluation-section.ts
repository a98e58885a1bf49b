import { formatCount, formatLog, formatNumber } from '../../core/format.ts';
import type { ClassificationEvaluation, Evaluation, RegressionEvaluation } from '../../metrics/evaluation.ts';
import type { EvaluationRecord } from '../../runs/evaluation-record.ts';
import { classTable } from './class-table.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { type Html, html } from './html.ts';
import { scatterChart } from './scatter-chart.ts';
import { wrongSamples } from './wrong-samples.ts';

/** What a model got right and wrong on one part of the data. @param about a sentence on that data */
export function evaluationSection(title: string, about: string, { evaluation, samples }: EvaluationRecord): Html {
  const wrong = wrongSamples(evaluation, samples);
  return html`<section><h2>${title}</h2>
<p>${headline(evaluation)}</p><p class="muted">${about}</p>
${evaluation.task === 'classification' ? classes(evaluation) : numbers(evaluation)}
${wrong && html`<h3>Most wrong</h3>${wrong}`}</section>`;
}

function headline({ logs, samples, ...evaluation }: Evaluation): Html {
  const metrics = Object.entries(logs).map(
    ([key, value]) => html`<span class="fact">${key} <b>${formatLog(key, value ?? Number.NaN)}</b></span> `,
  );
  const wrong =
    evaluation.task === 'classification' &&
    html`<span class="fact">wrong <b>${formatCount(evaluation.wrong)}</b> of ${formatCount(samples)}</span>`;
  return html`${metrics}${wrong}`;
}

function classes(evaluation: ClassificationEvaluation): Html {
  return html`<div class="grid"><div><h3>Confusion matrix</h3>${confusionMatrix(evaluation)}</div><div><h3>Per class</h3>${classTable(evaluation)}</div></div>
${mixedUp(evaluation)}`;
}

function mixedUp({ mostConfused }: ClassificationEvaluation): Html | undefined {
  const pairs = mostConfused
    .slice(0, 5)
    .map(
      ({ actual, predicted, count }) =>
        html`<b>${actual}</b> read as <b>${predicted}</b> (${count === 1 ? 'once' : `${formatCount(count)} times`})`,
    );
  return pairs.length === 0
    ? html`<p>Nothing was confused.</p>`
    : html`<p>Most confused: ${pairs.map((pair, i) => html`${i > 0 && ', '}${pair}`)}.</p>`;
}

function numbers({ outputNames, meanAbsoluteErrors, pairs }: RegressionEvaluation): Html {
  return html`<div class="grid"><div>${scatterChart(outputNames[0] ?? '', pairs, formatShort)}</div><div><h3>Mean distance from the truth</h3>
<table><thead><tr><th scope="col">output</th><th scope="col">off by, on average</th></tr></thead><tbody>${outputNames.map((name, i) => html`<tr><th scope="row">${name}</th><td>${formatNumber(meanAbsoluteErrors[i] ?? Number.NaN)}</td></tr>`)}</tbody></table></div></div>`;
}

/** 123500 -> `124k`, for axes. */
function formatShort(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}
