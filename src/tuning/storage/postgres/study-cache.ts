import type { FrozenStudy, FrozenTrial } from '../study-storage.ts';
import type { Query } from './postgres-connection.ts';
import { attributesOf, readTrials } from './trial-rows.ts';

const select = `
SELECT study_id, study_name,
  (SELECT json_agg(direction ORDER BY objective) FROM study_directions d WHERE d.study_id = s.study_id) AS directions,
  (SELECT json_object_agg(key, value_json) FROM study_user_attributes a WHERE a.study_id = s.study_id) AS user_attributes,
  (SELECT json_object_agg(key, value_json) FROM study_system_attributes a WHERE a.study_id = s.study_id) AS system_attributes
FROM studies s WHERE ($1::integer IS NULL OR study_id = $1) AND ($2::text IS NULL OR study_name = $2) ORDER BY study_id`;

interface Trials {
  /** By number. */
  readonly trials: FrozenTrial[];
  /** Those that are not over, by id: their numbers. */
  readonly unfinished: Map<number, number>;
  lastKnown: number;
}

/** The studies of a database as they were read last. A trial that is over does not change any more and is not read again. */
export class StudyCache {
  readonly #known = new Map<number, Trials>();
  /** By the id of a running trial, whether its process has stopped renewing its heartbeat. */
  readonly #stale = new Map<number, boolean>();

  /** @param key which: an id or a name. @default all */
  async read(query: Query, key?: number | string): Promise<readonly FrozenStudy[]> {
    const rows = await query(select, [typeof key === 'number' ? key : null, typeof key === 'string' ? key : null]);
    const studies: FrozenStudy[] = [];
    for (const row of rows) {
      const directions = (row.directions ?? ['MINIMIZE']) as string[];
      studies.push({
        id: row.study_id,
        name: row.study_name,
        directions: directions.map((one) => (one === 'MAXIMIZE' ? 'maximize' : 'minimize')),
        userAttributes: attributesOf(row.user_attributes),
        systemAttributes: attributesOf(row.system_attributes),
        trials: await this.#readTrials(query, row.study_id),
      });
    }
    return studies;
  }

  /** Whether the process of a running trial has stopped renewing its heartbeat; undefined where it never had one. */
  isStale(trialId: number): boolean | undefined {
    return this.#stale.get(trialId);
  }

  async #readTrials(query: Query, studyId: number): Promise<readonly FrozenTrial[]> {
    const known = this.#known.get(studyId) ?? { trials: [], unfinished: new Map(), lastKnown: 0 };
    this.#known.set(studyId, known);
    for (const { trial, isStale } of await readTrials(query, studyId, known.lastKnown, known.unfinished.keys())) {
      if (known.lastKnown >= trial.id && !known.unfinished.has(trial.id)) continue; // another reading of this process was faster
      known.trials[trial.number] = trial;
      known.lastKnown = Math.max(known.lastKnown, trial.id);
      if (trial.state === 'running' || trial.state === 'waiting') known.unfinished.set(trial.id, trial.number);
      else known.unfinished.delete(trial.id);
      if (isStale === undefined) this.#stale.delete(trial.id);
      else this.#stale.set(trial.id, isStale);
    }
    return known.trials;
  }
}
