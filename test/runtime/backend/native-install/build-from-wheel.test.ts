import { afterEach, describe, expect, test, vi } from 'vitest';
import { requireBuildTools } from '../../../../src/backend/native-install/build-from-wheel.ts';

afterEach(() => vi.unstubAllEnvs());

describe('requireBuildTools', () => {
  test('names the tools that are missing and how to get them', () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(() => requireBuildTools('linux', 'x64')).toThrow(
      'The native backend needs python3, pip (python3-pip), a C++ compiler (g++). On Debian and Ubuntu type: sudo apt-get install python3-pip g++. Nothing was downloaded.',
    );
  });

  test('says on another platform that only the download would do', () => {
    expect(() => requireBuildTools('darwin', 'arm64')).toThrow(/on Linux x64 only \(this is darwin arm64\)/);
  });
});
