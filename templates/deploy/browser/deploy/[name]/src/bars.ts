import type { ClassPrediction } from 'dl-project/inference';

/** One class and its probability. */
export interface Bar {
  readonly name: string;
  readonly share: number;
  readonly isBest: boolean;
}

const mostBars = 10;

/** The classes in their own order, so that bars keep their places; of many the most probable, in order of that. */
export function barsOf({ probabilities, label }: ClassPrediction, names: readonly string[]): Bar[] {
  const bars = names.map((name, index) => ({ name, share: probabilities[index], isBest: name === label }));
  return bars.length <= mostBars ? bars : bars.sort((a, b) => b.share - a.share).slice(0, mostBars);
}
