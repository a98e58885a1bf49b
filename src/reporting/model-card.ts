import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompressionResult } from '../compression/compression-result.ts';
import { formatBytes, formatCount, formatLog, formatPercent } from '../core/format.ts';
import type { Features } from '../data/features.ts';
import type { Run } from '../runs/run.ts';
import { readRunRecord } from '../runs/run-record.ts';
import { usage } from './usage.ts';

/** What `MODEL.md` says: what the model is for, what it learnt from, how good it is, what was done to it, its licence and how it is loaded. */
export function modelCard(run: Pick<Run, 'id' | 'folder' | 'root' | 'config'>, recipe: string, result: CompressionResult): string {
  const { config, id, folder, root } = run;
  const { features, rows, file, layers } = result;
  const environment = readRunRecord(folder)?.environment;
  const sizeBytes = file?.sizeBytes ?? 0;
  const kept = rows.findLast(({ undone }) => !undone) ?? rows[0];
  const sum = (key: 'multiplyAdds' | 'multiplyAddsKept') => layers.reduce((total, layer) => total + layer[key], 0);
  const facts = [
    ['model', `${config.model.name}, trained on ${config.data.name}, made small by the recipe ${recipe}`],
    ['input', inputOf(features)],
    ['output', outputOf(features)],
    ['size', `${formatBytes(sizeBytes)} (${formatCount(sizeBytes)} bytes); as trained ${formatBytes(rows[0].fileBytes)}`],
    [
      'weights',
      `${formatCount(kept.weightsKept)} that are not 0, ${formatPercent(kept.weightsKept / rows[0].weightsKept)} of those as trained`,
    ],
    ['multiply-adds', `${formatCount(sum('multiplyAddsKept'))} for one sample; as trained ${formatCount(sum('multiplyAdds'))}`],
    [
      'training',
      [
        `run ${id}`,
        `seed ${config.seed}`,
        ...(environment?.commit ? [`commit ${environment.commit}${environment.dirty ? ' with changes' : ''}`] : []),
      ].join(', '),
    ],
    ['licence', readLicence(root)],
  ];
  return `# ${config.name}

${table(['', ''], facts)}

## How good it is

${metricsTable(result)}

## What was done to it

${result.recipe.map(({ name, options }) => `- \`${name}(${JSON.stringify(options)})\``).join('\n') || 'Nothing: it is the model as trained.'}
${result.stopReason ? `\nThe recipe ended early: ${result.stopReason}.\n` : ''}
## How to load it

\`\`\`ts
${usage(result, 'model.safetensors').join('\n')}
\`\`\`

The file is safetensors: other programs open it too, as docs/packed-file.md of dl-project says.
`;
}

function metricsTable({ test, rows, metric }: CompressionResult): string {
  const kept = rows.findLast(({ undone }) => !undone) ?? rows[0];
  const lines = [[metric, formatLog(metric, rows[0].value), formatLog(metric, kept.value)]];
  for (const [key, value] of Object.entries(test?.after ?? {}))
    lines.push([`test ${key}`, formatLog(key, test?.before[key] ?? Number.NaN), formatLog(key, value)]);
  return table(['', 'as trained', 'compressed'], lines);
}

function inputOf({ inputShape, preprocessing }: Features): string {
  if (preprocessing.kind === 'columns') return `rows with the columns ${preprocessing.columns.map(({ name }) => name).join(', ')}`;
  return `${inputShape.join('x')} numbers as they come; they are multiplied by ${Number(preprocessing.scale.toPrecision(6))}${preprocessing.offset === 0 ? '' : ` and ${preprocessing.offset} is added`} inside`;
}

function outputOf({ task, outputNames }: Features): string {
  const names = outputNames.length > 20 ? `${outputNames.slice(0, 20).join(', ')} ... (${outputNames.length})` : outputNames.join(', ');
  return task === 'classification' ? `one of the classes ${names}` : `numbers: ${names}`;
}

/** @param root the project's folder */
function readLicence(root: string): string {
  try {
    const { license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { license?: unknown };
    if (typeof license === 'string') return license;
  } catch {
    // A project without a package.json that can be read names no licence.
  }
  return 'none: package.json names none, so nobody else may use it';
}

/** Names of classes and columns may be anything. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('\n', ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
