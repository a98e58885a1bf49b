export { DlError, type ErrorCode } from './errors.ts';
export { didYouMean, nearest } from './nearest.ts';
export { type RandomState, RandomStream } from './random.ts';
export { findByName } from './registry.ts';
