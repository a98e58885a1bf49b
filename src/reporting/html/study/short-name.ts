/**
 * The end of a setting's key that tells it from all others: `learningRate` for `training.optimizer.learningRate`. A `name` keeps what it is the name of.
 * @param all the keys that are shown together
 */
export function shortName(key: string, all: readonly string[]): string {
  const words = key.split('.');
  for (let count = 1; count < words.length; count++) {
    const end = words.slice(-count).join('.');
    const isAlone = all.every((other) => other === key || !`.${other}`.endsWith(`.${end}`));
    if (isAlone && end !== 'name') return end;
  }
  return key;
}
