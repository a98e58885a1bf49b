/** How round values of a log stand on an axis: `50 %` for accuracies, else `0.5`, `2e-4`. @param name `val_accuracy` */
export function tickFormat(name: string): (value: number) => string {
  if (/accuracy$/i.test(name)) return (value) => `${Number((value * 100).toPrecision(6))} %`;
  return formatTick;
}

/** A round number as it is, very small and very large ones with an exponent. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential().replace('e+', 'e');
  return String(Number(value.toPrecision(6)));
}
