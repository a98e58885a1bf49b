import { readFileSync } from 'node:fs';

/** The newest process that a process has started and that still runs, from what Linux knows; undefined where there is none. */
export function childOf(parent: number): number | undefined {
  const text = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim();
  return text === '' ? undefined : Number(text.split(' ').at(-1));
}
