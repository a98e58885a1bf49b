import { environmentChanges } from './environment-changes.ts';
import type { RunRecord } from './run-record.ts';

type Session = Pick<RunRecord, 'environment' | 'backend'>;

/** What decides the bits of a training beside code and packages. */
const facts: Readonly<Record<string, (session: Session) => string | number | undefined>> = {
  backend: ({ backend }) => backend?.name,
  threads: ({ backend }) => backend?.threads,
  node: ({ environment }) => environment.node,
  cpu: ({ environment }) => environment.cpu,
};

/**
 * One line on what is not as it was when a run was begun, or gone on with before: its bits may then differ from those of an unbroken one.
 * Undefined where nothing is known to differ.
 */
export function describeChanges(before: readonly Session[], now: Session): string | undefined {
  const changes = before.flatMap((session) => [
    ...Object.entries(facts).flatMap(([name, of]) => (of(session) === of(now) ? [] : [`${name} is ${of(now)}, it was ${of(session)}`])),
    ...environmentChanges(session.environment, now.environment),
  ]);
  if (changes.length === 0) return undefined;
  return `Not as it was begun: ${[...new Set(changes)].join('; ')}. It goes on, but may end with other bits than an unbroken training.`;
}
