import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('bundles for the browser without a byte of tfjs, Node or zod; one build of the kernels is downloaded', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['src/inference/index.ts'],
    bundle: true,
    splitting: true,
    outdir: 'unwritten',
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((path) => !/^src\/(inference|core|kernels|packed)\//.test(path))).toEqual([]);
  const sizes = outputFiles.map(({ path, contents }) => ({ path, bytes: contents.length, gzip: gzipSync(contents).length }));
  const builds = sizes.filter(({ path }) => /engine-(relaxed-)?simd-/.test(path)).sort((a, b) => a.gzip - b.gzip);
  expect(builds.length).toBe(2);
  const downloaded = sizes.filter((file) => file !== builds[0]);
  const total = (key: 'bytes' | 'gzip') => downloaded.reduce((sum, file) => sum + file[key], 0);
  console.log(`inference for the browser: ${total('bytes')} bytes, ${total('gzip')} with gzip, ${builds[1].gzip} of it kernels`);
  expect(total('gzip')).toBeLessThan(60_000);
});
