import { AppendFile } from './append-file.ts';
import type { TrackedValues, TrackerDefinition } from './tracker.ts';

/**
 * Writes a JSON object per line into the run's folder, for programs: `begin` with the settings, one per epoch, on request one per so many
 * steps, and `end`. What JSON has no word for stands as a string: "NaN", "Infinity".
 */
export const jsonLogger: TrackerDefinition<'jsonLogger', { file: string; everySteps: number }> = {
  name: 'jsonLogger',
  defaults: {
    /** Path inside the run's folder. */
    file: 'log.jsonl',
    /** Also a line after every so many steps; 0 is none. */
    everySteps: 0,
  },
  create({ file, everySteps }, run) {
    const log = new AppendFile(run.path(file));
    const write = (event: string, entry: object) => log.append(`${JSON.stringify({ event, ...entry })}\n`);
    return {
      wants: { everySteps },
      begin({ run, config, resumed }) {
        write(resumed ? 'resume' : 'begin', { time: new Date().toISOString(), run: run.id, ...(!resumed && { config }) });
      },
      logEpoch: (values, at) => write('epoch', { ...at, ...spoken(values) }),
      logStep: (values, at) => write('step', { ...at, ...spoken(values) }),
      end: ({ status, values }) => write('end', { time: new Date().toISOString(), status, ...spoken(values) }),
      stateDict: () => log.bytes,
      loadStateDict: (state) => log.goOnAt(state as number),
    };
  },
};

function spoken(values: TrackedValues): Record<string, number | string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number.isFinite(value) ? value : String(value)]));
}
