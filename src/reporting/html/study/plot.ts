import { type Html, html } from '../html.ts';
import type { TextAxis } from './text-axis.ts';

/** A picture with two axes and something drawn between them. */
export interface Plot {
  readonly title: string;
  /** Behind the title. @default nothing */
  readonly note?: string;
  /** @default nothing */
  readonly legend?: readonly (readonly [look: string, text: string])[];
  /** The picture in words, for screen readers. */
  readonly about: string;
  readonly x: TextAxis;
  readonly y: TextAxis;
  /** @default 480 */
  readonly width?: number;
  /** @default 250 */
  readonly height?: number;
  /** Draws; what lies outside of the axes has no place. */
  readonly draw: (at: Places) => Html | readonly (Html | false | undefined)[];
}

/** Where values lie in a picture. */
export interface Places {
  x(value: unknown): number | undefined;
  y(value: unknown): number | undefined;
  /** The same for positions from 0 to 1. */
  along(position: number): number;
  up(position: number): number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Room on the right and below, and for marks at the ends; what the numbers on the left need depends on them. */
const margin = { right: 12, top: 14, bottom: 42, inside: 8 };
/** Widths in units of the picture: of a letter, and between two texts. */
const text = { letter: 6.8, gap: 8 };
/** Spots that tell what they are where the mouse is; more of them would only weigh. */
const shownTitles = 200;

/** Draws the frame of a chart in the look of all reports, and what is in it. */
export function plot({ title, note, legend = [], about, x, y, width = 480, height = 250, draw }: Plot): Html {
  const left = Math.max(44, Math.max(0, ...y.ticks.map((tick) => tick.text.length)) * text.letter + 2 * text.gap);
  const [right, top, bottom] = [width - margin.right, margin.top, height - margin.bottom];
  const inside = x.choices ? 0 : margin.inside;
  const along = (position: number) => round(left + inside + position * (right - left - 2 * inside));
  const up = (position: number) => round(bottom - position * (bottom - top));
  const place = (axis: TextAxis, value: unknown, to: (position: number) => number) => {
    const position = axis.position(value);
    return position === undefined ? undefined : to(position);
  };
  const at: Places = { x: (value) => place(x, value, along), y: (value) => place(y, value, up), along, up, left, right, top, bottom };
  const logarithmic = [y, x].filter(({ isLogarithmic }) => isLogarithmic).map(({ name }) => name);
  const notes = [note, logarithmic.length > 0 && `logarithmic${logarithmic.every(Boolean) ? `: ${logarithmic.join(', ')}` : ''}`].filter(
    Boolean,
  );
  return html`<figure class="chart"><figcaption>${title}${notes.length > 0 && html` <span class="muted">${notes.join('; ')}</span>`}${legend.length > 0 && html`<span class="legend">${legend.map(key)}</span>`}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img"><title>${title}</title><desc>${about}</desc>
${y.ticks.map((tick) => html`<path class="grid" d="M${left} ${up(tick.position)}H${right}"/><text class="tick end" x="${left - text.gap}" y="${up(tick.position) + 4}">${tick.text}</text>`)}
${fitting(x, right - left).map((tick) => html`<text class="tick middle" x="${along(tick.position)}" y="${bottom + 18}">${tick.text}</text>`)}
<text class="tick end" x="${right}" y="${height - 5}">${x.name}</text>
${draw(at)}
</svg></figure>`;
}

/** Texts that do not run into each other: choices are cut, and of too many only some are named. */
function fitting({ ticks, choices }: TextAxis, room: number): TextAxis['ticks'] {
  const letters = Math.floor((room / ticks.length - text.gap) / text.letter);
  const longest = Math.max(...ticks.map((tick) => tick.text.length));
  if (letters >= longest) return ticks;
  if (choices && letters >= 5) return ticks.map(({ position, text: full }) => ({ position, text: shorten(full, letters) }));
  const every = Math.ceil((ticks.length * (longest * text.letter + text.gap)) / room);
  return ticks.filter((_, i) => i % every === 0);
}

/** At most so many letters. */
export function shorten(full: string, letters: number): string {
  const all = [...full];
  return all.length > letters ? `${all.slice(0, letters - 1).join('')}…` : full;
}

function key([look, name]: readonly [string, string]): Html {
  const spot = look.startsWith('cross') ? crosses([{ x: 19, y: 4 }]) : html`<circle class="${look}" cx="19" cy="4" r="3.5"/>`;
  const mark = look.startsWith('line') ? html`<path class="${look}" d="M0 4H24"/>` : spot;
  return html`<span><svg class="key" viewBox="0 0 24 8" aria-hidden="true">${mark}</svg>${name}</span>`;
}

/** A point of a chart, and what it tells. */
export interface Spot {
  readonly x: number | undefined;
  readonly y: number | undefined;
  readonly about: string;
}

/** Draws points; many of them as one path of lines without length and with round ends, which weighs little. */
export function spots(look: string, all: readonly Spot[]): Html | undefined {
  const there = all.filter(({ x, y }) => x !== undefined && y !== undefined);
  if (there.length === 0) return undefined;
  if (there.length > shownTitles) return html`<path class="${look}" d="${there.map(({ x, y }) => `M${x} ${y}h0`).join('')}"/>`;
  return html`${there.map(({ x, y, about }) => html`<circle class="${look}" cx="${x}" cy="${y}" r="3.5"><title>${about}</title></circle>`)}`;
}

/** Marks where something ended badly. */
export function crosses(all: readonly Pick<Spot, 'x' | 'y'>[]): Html | undefined {
  const there = all.filter(({ x, y }) => x !== undefined && y !== undefined);
  if (there.length === 0) return undefined;
  return html`<path class="cross" d="${there.map(({ x, y }) => `M${round(x! - 3)} ${round(y! - 3)}l6 6m0-6l-6 6`).join('')}"/>`;
}

/** A line through points; where one is missing there is a gap, and one alone between gaps is a dot. */
export function linePath(points: readonly (readonly [number | undefined, number | undefined])[]): string {
  const isThere = (i: number) => points[i]?.[0] !== undefined && points[i][1] !== undefined;
  const parts = points.map(([x, y], i) => {
    if (!isThere(i)) return '';
    return `${isThere(i - 1) ? 'L' : 'M'}${x} ${y}${!isThere(i - 1) && !isThere(i + 1) ? 'h0' : ''}`;
  });
  return parts.join('');
}

/** Tenths of a unit of the picture. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
