import { expect, it } from 'vitest';
import { importOptional } from '../../../src/data/import-optional.ts';

it('names the command that installs a missing package', async () => {
  const absent = 'a-package-that-is-not-there';
  const load = () => import(/* @vite-ignore */ absent);
  await expect(importOptional(absent, load, 'Reading tables')).rejects.toMatchObject({
    code: 'missing',
    message: `Reading tables needs the package ${absent}, which is not installed. Type: npm install ${absent}`,
  });
});

it('tells a package that fails to load from one that is absent', async () => {
  const load = () => Promise.reject(new Error('no binary for this platform\nstack'));
  await expect(importOptional('decoder', load, 'Reading pictures')).rejects.toThrow('which does not load (no binary for this platform)');
});
