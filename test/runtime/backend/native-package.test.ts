import { expect, test } from 'vitest';
import { nativeCanBeAdded } from '../../../src/backend/native-package.ts';

test('there is a native backend for the platforms that tfjs-node has a library for', () => {
  expect(nativeCanBeAdded('linux', 'x64')).toBe(true);
  expect(nativeCanBeAdded('darwin', 'arm64')).toBe(true);
  expect(nativeCanBeAdded('win32', 'x64')).toBe(true);
  expect(nativeCanBeAdded('linux', 'arm64')).toBe(false);
  expect(nativeCanBeAdded('freebsd', 'x64')).toBe(false);
});
