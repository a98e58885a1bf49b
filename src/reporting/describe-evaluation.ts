import { formatCount, formatLog, formatNumber } from '../core/format.ts';
import { textTable } from '../core/text-table.ts';
import type { ClassEvaluation, ClassificationEvaluation, Evaluation, RegressionEvaluation } from '../metrics/evaluation.ts';

/** The most confused pairs that are worth a line. */
const shownPairs = 3;

/** Up to this many classes all are shown, else those with the lowest scores. */
const shownClasses = 20;

/** What `npm run evaluate` prints: the metrics on the test data and what was mixed up. */
export function describeEvaluation(evaluation: Evaluation): string {
  const kind = `${formatCount(evaluation.samples)} test samples, never used in training`;
  const lines = evaluation.task === 'classification' ? [classification(evaluation), confused(evaluation)] : [regression(evaluation)];
  const table = evaluation.task === 'classification' ? ['', perClass(evaluation), ''] : [];
  return ['', `  ${kind}`, ...lines.filter((line) => line !== '').map((line) => `  ${line}`), ...table].join('\n');
}

function classification({ logs, wrong }: ClassificationEvaluation): string {
  const { loss, ...metrics } = logs;
  const named = Object.entries(metrics).map(([name, value]) => {
    const text = `${name} ${formatLog(name, value)}`;
    return name === 'accuracy' ? `${text} (${formatCount(wrong)} wrong)` : text;
  });
  return [...named, `loss ${formatNumber(loss)}`].join('     ');
}

function confused({ mostConfused }: ClassificationEvaluation): string {
  const pairs = mostConfused.slice(0, shownPairs).map(({ actual, predicted, count }) => {
    const times = count === 1 ? 'once' : count === 2 ? 'twice' : `${formatCount(count)} times`;
    return `${actual} read as ${predicted} (${times})`;
  });
  return pairs.length === 0 ? 'nothing was confused' : `most confused: ${pairs.join(', ')}`;
}

function perClass({ perClass: classes }: ClassificationEvaluation): string {
  const columns = [
    { title: 'class', align: 'left' as const },
    ...['precision', 'recall', 'f1Score', 'samples'].map((title) => ({ title })),
  ];
  const row = ({ name, samples, ...scores }: ClassEvaluation) => [
    name,
    ...[scores.precision, scores.recall, scores.f1Score].map((score) => formatNumber(score)),
    formatCount(samples),
  ];
  if (classes.length <= shownClasses) return textTable(columns, classes.map(row));
  const worst = [...classes].sort((a, b) => a.f1Score - b.f1Score).slice(0, shownClasses);
  const rest = `  ${formatCount(classes.length - shownClasses)} more classes have a higher f1Score`;
  return `${textTable(columns, worst.map(row))}\n${rest}`;
}

function regression({ logs, outputNames, meanAbsoluteErrors }: RegressionEvaluation): string {
  const { loss, ...metrics } = logs;
  const errors = outputNames.map((name, i) => `${name} off by ${formatNumber(meanAbsoluteErrors[i])} on average`);
  const named = Object.entries(metrics).map(([name, value]) => `${name} ${formatLog(name, value)}`);
  return [...errors, ...named, `loss ${formatNumber(loss)}`].join('     ');
}
