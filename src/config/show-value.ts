/** A value as messages show it: JSON on one line with spaces after commas, cut where it is long. */
export function showValue(value: unknown, length = 60): string {
  const text = Array.isArray(value) ? `[${value.map((item) => showValue(item)).join(', ')}]` : plain(value);
  return cut(text, length);
}

function plain(value: unknown): string {
  if (typeof value === 'number') return String(value); // JSON would make null of NaN
  if (typeof value === 'bigint') return `${value}n`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value); // it holds itself, or a bigint
  }
}

/** A key as it was typed; quoted where it holds anything but ordinary key characters, cut where it is long. */
export function showKey(key: string): string {
  return /^[\w.-]+$/.test(key) ? cut(key, 80) : showValue(key, 80);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}
