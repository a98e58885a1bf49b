import type { RandomStream } from '../../core/random.ts';

/**
 * As many positions as were given, every class equally often: those of rare classes several times, those of frequent ones not all.
 * Within a class each position comes again only after all others came.
 * @param labels the class number of every position of the dataset
 */
export function balancedOrder(positions: Uint32Array, labels: ArrayLike<number>, random: RandomStream): Uint32Array {
  const classes = new Map<number, number[]>();
  for (const position of positions) {
    const members = classes.get(labels[position]);
    if (members) members.push(position);
    else classes.set(labels[position], [position]);
  }
  const groups = [...classes.keys()].sort((a, b) => a - b).map((label) => classes.get(label) as number[]);
  random.shuffle(groups); // who gets the rest, where the classes do not divide the samples, changes from epoch to epoch
  const order = new Uint32Array(positions.length);
  let at = 0;
  groups.forEach((members, i) => {
    const end = Math.round(((i + 1) * positions.length) / groups.length);
    while (at < end) {
      random.shuffle(members);
      for (let j = 0; j < members.length && at < end; j++) order[at++] = members[j];
    }
  });
  return random.shuffle(order);
}
