import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DlError } from '../../core/errors.ts';
import { type EvaluationRecord, readEvaluationRecord } from '../../runs/evaluation-record.ts';
import { type RunRecord, readRunRecord } from '../../runs/run-record.ts';
import { type EpochLog, readLog } from './read-log.ts';

/** Everything a report shows, as the files of a run have it. */
export interface ReportData {
  readonly record: RunRecord;
  /** Undefined where there is no log that can be read. */
  readonly log: EpochLog | undefined;
  readonly validation: EvaluationRecord | undefined;
  readonly test: EvaluationRecord | undefined;
  /** Checkpoints and packed models, by path inside the run. */
  readonly models: readonly ModelFile[];
}

export interface ModelFile {
  /** `checkpoints/best.safetensors` */
  readonly path: string;
  readonly sizeBytes: number;
}

/** Reads a run for its report. @throws DlError `missing` where the folder holds no run that can be read */
export function readReportData(folder: string): ReportData {
  const record = readRunRecord(folder);
  if (!record) throw new DlError('missing', `${folder} holds no run: there is no run.json that can be read.`);
  return {
    record,
    log: readLog(folder, logFiles(record)),
    validation: readEvaluationRecord(folder, 'validation'),
    test: readEvaluationRecord(folder, 'test'),
    models: findModels(folder),
  };
}

/** Where the loggers of this run write, the best source first. */
function logFiles({ config }: RunRecord): string[] {
  const options = (config?.callbacks ?? {}) as Record<string, { readonly file?: unknown } | false | undefined>;
  const named = ['csvLogger', 'jsonLogger'].map((name) => Object(options[name]).file as unknown);
  return [...named, 'log.csv', 'log.jsonl'].filter((file) => typeof file === 'string');
}

function findModels(folder: string): ModelFile[] {
  const places = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return places.flatMap(({ name }) => {
    const files = readdirSync(join(folder, name)).filter((file) => file.endsWith('.safetensors'));
    return files.sort().map((file) => ({ path: `${name}/${file}`, sizeBytes: statSync(join(folder, name, file)).size }));
  });
}
