/** Matérn's function 5/2 of a squared distance, and its slope over the squared distance. */
export function matern(squaredDistance: number): { readonly value: number; readonly slope: number } {
  const d = Math.sqrt(5 * squaredDistance);
  const decay = Math.exp(-d);
  return { value: decay * ((5 / 3) * squaredDistance + d + 1), slope: (-5 / 6) * (d + 1) * decay };
}
