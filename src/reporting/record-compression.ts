import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CompressionResult } from '../compression/compression-result.ts';
import type { SensitivityTable } from '../compression/sensitivity.ts';
import type { Run } from '../runs/run.ts';
import { writeFileAtomically } from '../runs/write-file-atomically.ts';
import { renderCompressionReport } from './html/compression/render-compression-report.ts';
import { modelCard } from './model-card.ts';
import { sensitivityFolder } from './record-sensitivity.ts';

type CompressedRun = Pick<Run, 'id' | 'folder' | 'root' | 'config' | 'path' | 'shown' | 'print'>;

/**
 * Writes what is to be known of a compressed model beside its file: `report.html` for people, `MODEL.md` for whoever gets the file. The page shows
 * the sensitivities, too, where `npm run sensitivity` has measured some.
 */
export function recordCompression(run: CompressedRun, result: CompressionResult): void {
  if (!result.file) return;
  const folder = dirname(result.file.path);
  const recipe = basename(folder);
  const { config, id } = run;
  const page = renderCompressionReport({
    title: `${config.name}: ${recipe}`,
    about: `${config.model.name} on ${config.data.name}, run ${id}`,
    result,
    sensitivities: readSensitivities(run.path(sensitivityFolder)),
  });
  writeFileAtomically(join(folder, 'report.html'), page);
  writeFileAtomically(join(folder, 'MODEL.md'), modelCard(run, recipe, result));
  run.print(`\n  more about it: ${run.shown(join(folder, 'report.html'))}, and MODEL.md beside it`);
}

/** Those that are whole. */
function readSensitivities(folder: string): SensitivityTable[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    return files.flatMap((file) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { table?: SensitivityTable }).table ?? []);
  } catch {
    return [];
  }
}
