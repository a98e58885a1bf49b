/** Numbers as people read them; the same everywhere, whatever the machine's locale. */

/** 10800 -> `10,800`. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 trial`, `1,200 trials`. @param thing one of them */
export function formatCountOf(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** 0.8712 -> `87.1 %`. */
export function formatPercent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : '-';
}

/** 43418 -> `42.4 KB` (1 KB is 1,024 bytes); under 1 KB `512 bytes`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${formatCount(bytes)} bytes`;
  const kilobytes = bytes / 1024;
  if (kilobytes < 10_000) return `${withThousands(kilobytes.toFixed(1))} KB`;
  return `${withThousands((kilobytes / 1024).toFixed(1))} MB`;
}

/** 31400 ms -> `31 s`; 95000 -> `1 min 35 s`; 4000000 -> `1 h 7 min`; under a second `0.4 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A loss or another number in a table: three decimals, none from 1,000 on, or an exponent where these would show nothing. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < 0.5 * 10 ** -digits || size >= 1e7)) return value.toExponential(2);
  return size >= 1000 ? formatCount(value) : value.toFixed(digits);
}

/** The value of a log as people read it: accuracies as per cent, everything else as a number. @param key `val_accuracy` */
export function formatLog(key: string, value: number): string {
  return /accuracy$/i.test(key) && Number.isFinite(value) ? formatPercent(value) : formatNumber(value);
}

function withThousands(text: string): string {
  const [whole, fraction] = text.split('.');
  return fraction === undefined ? formatCount(Number(whole)) : `${formatCount(Number(whole))}.${fraction}`;
}
