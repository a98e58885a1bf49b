import { diffArrays } from 'diff';

/** The two sides of a merge, and what both began with; `base` is undefined where nobody knows it. */
export interface MergeInput {
  /** What is there. */
  readonly ours: string;
  readonly base: string | undefined;
  /** What the template says now. */
  readonly theirs: string;
}

/** Who is right where both sides changed the same place; `markers` leaves both for the user to choose from. */
export type Winner = 'markers' | 'ours' | 'theirs';

/** A merged file. */
export interface Merged {
  readonly text: string;
  /** Places that both sides changed differently, settled or not. */
  readonly conflicts: number;
}

/** A conflict marker at the start of a line, as we and git write them. */
export const conflictMarker = /^(<{7}|>{7}) /m;

/**
 * Merges line by line, as `git merge-file` does: changes that overlap or touch are a conflict unless they are equal.
 * Without a base every difference is one.
 */
export function mergeText({ ours, base, theirs }: MergeInput, winner: Winner): Merged {
  const sides = { ours: splitLines(ours), theirs: splitLines(theirs) };
  if (base === undefined) return settle(sides.ours, sides.theirs, winner);
  const lines = splitLines(base);
  const hunks = [...changesOf(lines, sides.ours, 'ours'), ...changesOf(lines, sides.theirs, 'theirs')].sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let conflicts = 0;
  let done = 0;
  for (let first = 0; first < hunks.length; ) {
    let { start, end } = hunks[first];
    let next = first + 1;
    for (; next < hunks.length && hunks[next].start <= end; next++) end = Math.max(end, hunks[next].end);
    const group = hunks.slice(first, next);
    const side = (name: Hunk['side']) =>
      applied(
        lines,
        start,
        end,
        group.filter((hunk) => hunk.side === name),
      );
    const changedBy = new Set(group.map((hunk) => hunk.side));
    parts.push(...lines.slice(done, start));
    if (changedBy.size === 1) parts.push(...side(group[0].side));
    else {
      const settled = settle(side('ours'), side('theirs'), winner);
      conflicts += settled.conflicts;
      parts.push(settled.text);
    }
    done = end;
    first = next;
  }
  return { text: [...parts, ...lines.slice(done)].join(''), conflicts };
}

/** Lines `start` to `end` (exclusive) of the base became `lines`. */
interface Hunk {
  readonly side: 'ours' | 'theirs';
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** More changed lines than this takes too long to align: such files count as wholly different. */
const mostChangedLines = 1000;

function changesOf(base: readonly string[], changed: readonly string[], side: Hunk['side']): Hunk[] {
  const parts = diffArrays([...base], [...changed], { maxEditLength: mostChangedLines });
  if (!parts) return [{ side, start: 0, end: base.length, lines: changed }];
  const hunks: Hunk[] = [];
  let at = 0;
  for (const { added, removed, value } of parts) {
    const last = hunks.at(-1);
    const end = at + (added ? 0 : value.length);
    const lines = added ? value : [];
    if (added || removed) {
      if (last?.end === at) hunks[hunks.length - 1] = { ...last, end, lines: [...last.lines, ...lines] };
      else hunks.push({ side, start: at, end, lines });
    }
    at = end;
  }
  return hunks;
}

/** What one side made of a stretch of the base. */
function applied(base: readonly string[], start: number, end: number, hunks: readonly Hunk[]): string[] {
  const lines: string[] = [];
  let at = start;
  for (const hunk of hunks) {
    lines.push(...base.slice(at, hunk.start), ...hunk.lines);
    at = hunk.end;
  }
  return [...lines, ...base.slice(at, end)];
}

/** Lines that both have are kept once; each stretch that differs goes to the winner. */
function settle(ours: readonly string[], theirs: readonly string[], winner: Winner): Merged {
  const hunks = changesOf(ours, theirs, 'theirs');
  let text = '';
  let at = 0;
  for (const { start, end, lines } of hunks) {
    text += ours.slice(at, start).join('') + choose(ours.slice(start, end).join(''), lines.join(''), winner);
    at = end;
  }
  return { text: text + ours.slice(at).join(''), conflicts: hunks.length };
}

function choose(ours: string, theirs: string, winner: Winner): string {
  if (winner !== 'markers') return winner === 'ours' ? ours : theirs;
  return `<<<<<<< yours\n${endLine(ours)}=======\n${endLine(theirs)}>>>>>>> template\n`;
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** Lines with their line ends; a last line without one differs from the same line with one. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
