const missingWords = new Set(['', '?', 'na', 'n/a', 'nan', 'null', 'none']);

/** Whether a field means "no value": empty, or one of ? NA N/A NaN null None, in any case. */
export function isMissing(text: string): boolean {
  return text.length <= 4 && missingWords.has(text.toLowerCase());
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The finite decimal number that a field holds, or undefined. With `decimalComma` 3,5 is a number too. */
export function parseNumber(text: string, decimalComma = false): number | undefined {
  const normal = decimalComma ? text.replace(',', '.') : text;
  if (!decimal.test(normal)) return undefined;
  const value = Number(normal);
  return Number.isFinite(value) ? value : undefined;
}
