import type { RunRecord } from './run-record.ts';

type Session = Pick<RunRecord, 'environment' | 'backend'>;

/** What decides the bits of a training, or may: each with how it is shown. */
const facts: Readonly<Record<string, (session: Session) => string | undefined>> = {
  backend: ({ backend }) => backend?.name,
  threads: ({ backend }) => backend && String(backend.threads),
  'dl-project': ({ environment }) => environment.dlProject,
  tfjs: ({ environment }) => environment.tfjs,
  node: ({ environment }) => environment.node,
  cpu: ({ environment }) => environment.cpu,
  'commit of the code': ({ environment }) => environment.commit?.slice(0, 8),
  'lock file': ({ environment }) => environment.lockFile?.sha256.slice(0, 8),
};

/**
 * One line on what is not as it was when a run was begun, or gone on with before: its bits may then differ from those of an unbroken one.
 * Undefined where nothing is known to differ.
 */
export function describeChanges(before: readonly Session[], now: Session): string | undefined {
  const changes = Object.entries(facts).flatMap(([name, show]) => {
    const here = show(now);
    const other = before.find((session) => show(session) !== here);
    return other ? [`${name} ${here ?? 'none'} (was ${show(other) ?? 'none'})`] : [];
  });
  if (changes.length === 0) return undefined;
  return `Not as it was begun: ${changes.join(', ')}. It goes on, but may end with other bits than an unbroken training.`;
}
