export interface RateOptions {
  /** The share at the end. */
  readonly finalShare: number;
  readonly cycles: number;
  readonly power: number;
}

/** The rate as a share of the optimizer's own. @param done share of the training that is done, in [0, 1] */
type ShareAt = (done: number, options: RateOptions) => number;

const halfCosine = (done: number) => 0.5 * (1 + Math.cos(Math.PI * done));
const cosine: ShareAt = (done, { finalShare }) => finalShare + (1 - finalShare) * halfCosine(done);

const shares = {
  /** Slowly at first and at the end (Loshchilov and Hutter, 2017, without restarts). */
  cosine,
  /** The same several times, each time from the top (SGDR, Loshchilov and Hutter, 2017). */
  cosineRestarts: (done, options) => cosine(done === 1 ? 1 : (done * options.cycles) % 1, options),
  /** By the same factor at every step. */
  exponential: (done, { finalShare }) => finalShare ** done,
  /** Along a line, or a curve of that power. */
  polynomial: (done, { finalShare, power }) => finalShare + (1 - finalShare) * (1 - done) ** power,
  /** At equal heights for a while, then down by the same factor. */
  step: (done, { finalShare, cycles }) => finalShare ** (Math.min(cycles - 1, Math.floor(done * cycles)) / Math.max(1, cycles - 1)),
  /** Up from 1/25 of the rate in the first 30 %, then down (Smith and Topin, 2018; the shares of PyTorch's OneCycleLR). */
  oneCycle: (done, options) => (done < 0.3 ? 1 - (24 / 25) * halfCosine(done / 0.3) : cosine((done - 0.3) / 0.7, options)),
  /** As it is; with a warm-up before it. */
  constant: () => 1,
} as const satisfies Readonly<Record<string, ShareAt>>;

export type RateSchedule = keyof typeof shares;

export const rateSchedules = Object.keys(shares) as [RateSchedule, ...RateSchedule[]];

/** The share of a schedule at a point of the training. */
export function rateShareAt(schedule: RateSchedule, done: number, options: RateOptions): number {
  return (shares[schedule] as ShareAt)(done, options);
}
