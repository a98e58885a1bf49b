import { formatCount, formatPercent } from '../../core/format.ts';
import type { ClassEvaluation, ClassificationEvaluation } from '../../metrics/evaluation.ts';
import { type Html, html } from './html.ts';

/** Rows of the table; of more classes it shows the weakest. */
const shownClasses = 50;

/** Precision, recall, F1 and number of samples of each class, as scikit-learn's `classification_report` defines them. */
export function classTable(evaluation: ClassificationEvaluation): Html {
  const { perClass: all } = evaluation;
  const shown = all.length <= shownClasses ? all : [...all].sort((a, b) => a.f1Score - b.f1Score).slice(0, shownClasses);
  return html`<div class="scroll"><table class="numbers">
<thead><tr><th scope="col">class</th><th scope="col">precision</th><th scope="col">recall</th><th scope="col">F1</th><th scope="col" class="bar"><span class="sr">F1 as a bar</span></th><th scope="col">samples</th></tr></thead>
<tbody>${shown.map(row)}</tbody></table></div>
${shown.length < all.length && html`<p class="muted">The ${shown.length} weakest of ${all.length} classes.</p>`}
<p class="muted">precision: how often this answer is right; recall: how many of the class are found; F1: both in one</p>`;
}

function row({ name, precision, recall, f1Score, samples }: ClassEvaluation): Html {
  return html`<tr><th scope="row">${name}</th><td>${formatPercent(precision)}</td><td>${formatPercent(recall)}</td><td>${formatPercent(f1Score)}</td><td class="bar"><i style="width:${(f1Score * 100).toFixed(0)}%"></i></td><td>${formatCount(samples)}</td></tr>\n`;
}
