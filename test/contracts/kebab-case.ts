/** The file of a part: `f1Score` -> `f1-score`, `topKAccuracy` -> `top-k-accuracy`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
