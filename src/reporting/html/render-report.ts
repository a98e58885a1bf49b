import { formatBytes, formatCount, formatCountOf, formatDuration, formatLog } from '../../core/format.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { curves, sampleName } from './curves.ts';
import { evaluationSection } from './evaluation-section.ts';
import { facts } from './facts.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';
import { readableTime } from './readable-time.ts';
import type { ModelFile, ReportData } from './report-data.ts';

/** Makes the page of a run: one file with everything in it, that loads nothing. */
export function renderReport({ record, log, validation, test, models }: ReportData): string {
  const { config, sizes, bestEpoch } = record;
  const title = `${config.name}: ${config.model.name} on ${config.data.name}`;
  const epoch = validation?.epoch ?? bestEpoch;
  const held = `${formatCount(sizes?.validationSamples ?? validation?.evaluation.samples ?? 0)} ${sampleName(record)} that were held back from training and chose the epoch${epoch === undefined ? '.' : `; judged after epoch ${epoch + 1}.`}`;
  return page({
    title,
    status: status(record),
    about: `run ${record.id}, begun ${readableTime(record.start)}, on ${record.environment?.host ?? 'an unknown machine'}`,
    head: [record.error && html`<p class="bad">${record.error}</p>`, cards(record, log?.epochs.length)],
    content: html`${curves(record, log)}
${test && evaluationSection('Test data', `${formatCount(test.evaluation.samples)} ${sampleName(record)} that training never saw.`, test)}
${validation && evaluationSection('Validation data', held, validation)}
${!validation && html`<section><h2>Validation data</h2><p class="muted">${withoutValidation(record)}</p></section>`}
${useIt(record, models)}
<section><h2>Settings</h2><p class="muted">Everything as it was resolved; <code>config.json</code> has the same.</p>${facts(leaves(config))}</section>
<section><h2>Environment</h2>${facts(environment(record))}</section>`,
  });
}

function status({ status, kind }: RunRecord): Html | undefined {
  const words = [...(kind === 'train' ? [] : [kind]), ...(status === 'finished' ? [] : [status])];
  return words.length === 0 ? undefined : html`<span class="status bad">${words.join(', ')}</span>`;
}

/** The numbers one looks for first. */
function cards(record: RunRecord, epochs: number | undefined): Html {
  const { result = {}, sizes, bestEpoch, config, start, end, resumes } = record;
  const keys = [...new Set([...(config.training?.metrics ?? []).map(({ name }) => `val_${name}`), config.training?.monitor, 'val_loss'])];
  const known = keys.filter((key) => key in result);
  const facts: (readonly [string, string, string?])[] = (known.length > 0 ? known : Object.keys(result)).map((key) => [
    key,
    formatLog(key, result[key] ?? Number.NaN),
  ]);
  if (epochs !== undefined)
    facts.push(['epochs', formatCount(epochs), bestEpoch === undefined ? 'none is kept' : `${bestEpoch + 1} is kept`]);
  if (end && !resumes) facts.push(['duration', formatDuration(Date.parse(end) - Date.parse(start))]);
  if (sizes) {
    facts.push(['weights', formatCount(sizes.weights), `${formatCount(sizes.multiplyAccumulates)} multiply-adds`]);
    facts.push([`training ${sampleName(record)}`, formatCount(sizes.trainSamples), `${formatCount(sizes.validationSamples)} validation`]);
  }
  return html`<dl class="cards">${facts.map(([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}${more && html`<small>${more}</small>`}</dd></div>`)}</dl>`;
}

function withoutValidation({ sizes, config }: RunRecord): string {
  if (sizes?.validationSamples === 0) return 'No data was held back to judge the epochs: data.validationSplit is 0.';
  if ((config.callbacks as Record<string, unknown>)?.report === false) return 'callbacks.report was switched off.';
  return 'No epoch was judged.';
}

function useIt({ id }: RunRecord, models: readonly ModelFile[]): Html {
  const packed = models.find(({ path }) => !path.startsWith('checkpoints/'));
  return html`<section><h2>Use it</h2><pre>npm run predict run=${id}
npm run evaluate run=${id}
npm run compress run=${id}</pre>
${
  packed &&
  html`<pre>import { loadModel } from 'dl-project/inference';
const model = await loadModel('${packed.path}');</pre>`
}
${
  models.some(({ path }) => path === 'checkpoints/best.safetensors') &&
  html`<pre>import { loadCheckpoint } from 'dl-project/checkpoint';
const { model, features } = await loadCheckpoint('checkpoints/best.safetensors');</pre>`
}
${models.length === 0 ? html`<p class="muted">No checkpoint is kept.</p>` : facts(models.map(({ path, sizeBytes }) => [path, formatBytes(sizeBytes)]))}</section>`;
}

/** `training.optimizer.learningRate` and its value, for every setting. */
function leaves(value: unknown, key = ''): [string, string][] {
  const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isGroup) return [[key, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, key ? `${key}.${name}` : name));
}

function environment({ environment, backend, seed, experiment, switches, resumes }: RunRecord): [string, string][] {
  const { node, os, cpu, cores, dlProject, tfjs, commit, dirty, lockFile } = environment ?? {};
  const on = Object.entries(switches ?? {}).filter(([, value]) => value);
  const entries: [string, string | undefined][] = [
    ['backend', backend && `${backend.name}, ${formatCountOf(backend.threads, 'thread')}`],
    ['seed', String(seed)],
    ['experiment', experiment],
    ['switches', on.length > 0 ? on.map(([name, value]) => `${name}=${value}`).join(', ') : undefined],
    ['commit', commit && `${commit}${dirty ? ', with changes that are not in it' : ''}`],
    ['lock file', lockFile && `${lockFile.name}, sha256 ${lockFile.sha256.slice(0, 16)}`],
    ['dl-project, tfjs, Node', [dlProject, tfjs, node].join(', ')],
    ['machine', [os, cpu, cores && `${cores} cores`].filter(Boolean).join(', ')],
    ['gone on', resumes && `${formatCountOf(resumes.length, 'time')}, last ${readableTime(resumes[resumes.length - 1].start)}`],
  ];
  return entries.filter((entry): entry is [string, string] => Boolean(entry[1]));
}
