import { type NumberDistribution, withoutNoise } from '../distribution.ts';

/**
 * The scale that a number is drawn on: its logarithm where it is logarithmic, itself elsewhere. What comes in steps owns half
 * a step on both sides, so that the ends of its range are as likely as any other value.
 */
export interface NumberScale {
  readonly low: number;
  readonly high: number;
  /** From the parameter's value; not finite where the scale has no place for it. */
  encode(value: number): number;
  /** To the nearest value that the parameter may have; whatever lies outside of the scale comes to its ends. */
  decode(position: number): number;
}

export function numberScale(distribution: NumberDistribution): NumberScale {
  const { kind, low, high, log } = distribution;
  const step = stepOf(distribution);
  const [lowEdge, highEdge] = [low - step / 2, high + step / 2];
  const encode = log ? Math.log : (value: number) => value;
  return {
    low: encode(lowEdge),
    high: encode(highEdge),
    encode,
    decode(position) {
      const value = log ? Math.exp(position) : position;
      if (step === 0) return clamp(value, low, high);
      const stepped = low + step * Math.round((clamp(value, low, high) - low) / step);
      return clamp(kind === 'int' ? stepped : withoutNoise(stepped), low, high);
    },
  };
}

/** 0 where every number is allowed. */
export function stepOf({ kind, step }: NumberDistribution): number {
  return step ?? (kind === 'int' ? 1 : 0);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
