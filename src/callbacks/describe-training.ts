import { startFactsOf } from '../checkpoint/start-from.ts';
import { formatCount, formatLog } from '../core/format.ts';
import { summarize } from '../models/summarize.ts';
import type { Run } from '../runs/run.ts';
import type { TrainingContext } from './callback.ts';

/** Columns of the words and of the names in front of the details. */
const wordWidth = 10;
const nameWidth = 28;

/** What is trained on what, and where it is written: the lines before the table. */
export function describeStart(context: TrainingContext, run: Run | undefined, width: number): string {
  const { params, model, monitor, features } = context;
  const { trainSamples, validationSamples } = params;
  const held = validationSamples > 0 ? [`${formatCount(validationSamples)} validation`] : ['no validation', `judged by ${monitor.key}`];
  const { weights, multiplyAccumulates } = summarize(model);
  const sample = features.inputShape.length === 3 ? 'image' : 'row';
  const cost = [`${formatCount(weights)} weights`, `${formatCount(multiplyAccumulates)} multiply-adds per ${sample}`];
  const lines = [
    ...fact('data', run?.config.data.name, [`${formatCount(trainSamples)} train`, ...held], width),
    ...fact('model', run?.config.model.name ?? model.name, cost, width),
    ...startFactsOf(model).flatMap(([word, name, detail]) => fact(word, name, [detail], width)),
    ...(run ? fact('run', run.shown(run.folder), [], width) : []),
    ...(context.step > 0 ? fact('resume', describePosition(context), [], width) : []),
  ];
  return lines.join('\n');
}

/** `in epoch 3, after step 40 of 94`, or `after epoch 2 of 6` */
function describePosition({ epoch, stepInEpoch, params }: TrainingContext): string {
  if (stepInEpoch === 0) return `after epoch ${epoch} of ${params.epochs}`;
  return `in epoch ${epoch + 1} of ${params.epochs}, after step ${stepInEpoch} of ${params.stepsPerEpoch}`;
}

/** Why it ended and which epoch is kept: the sentences after the table. */
export function describeEnd({ stopReason, history, monitor, stepInEpoch }: TrainingContext): string {
  const { bestEpoch, bestValue, key } = monitor;
  const none = history.length === 0 ? 'none was finished' : `${key} was never a number`;
  const kept = bestEpoch < 0 ? `No epoch is kept: ${none}` : `Epoch ${bestEpoch + 1} is kept`;
  if (stopReason === undefined) return bestEpoch < 0 ? `  ${kept}.` : `  ${kept}: ${key} ${formatLog(key, bestValue)}.`;
  const when = stepInEpoch > 0 ? `in epoch ${history.length + 1}` : `after epoch ${history.length}`;
  return `  Stopped ${when}: ${stopReason}. ${kept}.`;
}

/** One line, or on a narrow terminal one for the name and one per detail. */
function fact(word: string, name: string | undefined, details: readonly string[], width: number): string[] {
  const start = `  ${word.padEnd(wordWidth)}`;
  const line = `${start}${(name ?? '').padEnd(name ? nameWidth : 0)}${details.join(', ')}`.trimEnd();
  if (line.length <= width) return [line];
  return [`${start}${name ?? ''}`.trimEnd(), ...details.map((detail) => `    ${detail}`)];
}
