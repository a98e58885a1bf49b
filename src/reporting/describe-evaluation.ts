import { formatCount, formatLog, formatNumber } from '../core/format.ts';
import type { ClassificationEvaluation, Evaluation, RegressionEvaluation } from '../metrics/evaluation.ts';

/** The most confused pairs that are worth a line. */
const shownPairs = 3;

/** What `npm run evaluate` prints: the metrics on the test data and what was mixed up. */
export function describeEvaluation(evaluation: Evaluation): string {
  const kind = `${formatCount(evaluation.samples)} test samples, never used in training`;
  const lines = evaluation.task === 'classification' ? [classification(evaluation), confused(evaluation)] : [regression(evaluation)];
  return ['', `  ${kind}`, ...lines.filter((line) => line !== '').map((line) => `  ${line}`)].join('\n');
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

function regression({ logs, outputNames, meanAbsoluteErrors }: RegressionEvaluation): string {
  const { loss, ...metrics } = logs;
  const errors = outputNames.map((name, i) => `${name} off by ${formatNumber(meanAbsoluteErrors[i])} on average`);
  const named = Object.entries(metrics).map(([name, value]) => `${name} ${formatLog(name, value)}`);
  return [...errors, ...named, `loss ${formatNumber(loss)}`].join('     ');
}
