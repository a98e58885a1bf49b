export type { ColumnEncoding } from './column-encoding.ts';
export { DlError, type ErrorCode } from './errors.ts';
export { formatBytes, formatCount, formatDuration, formatLog, formatNumber, formatPercent } from './format.ts';
export { didYouMean, nearest } from './nearest.ts';
export { type RandomState, RandomStream } from './random.ts';
export { findByName } from './registry.ts';
export { type TextColumn, textTable } from './text-table.ts';
