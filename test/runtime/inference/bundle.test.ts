import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('bundles for the browser without a byte of tfjs, Node or zod', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['src/inference/index.ts'],
    outdir: 'bundled',
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((path) => !/^src\/(inference|core|kernels|packed)\//.test(path))).toEqual([]);
  // A browser loads one of the two builds of the kernels, when it knows which.
  const sizes = outputFiles.map(({ path, contents }) => ({
    isBuild: /engine-(relaxed-)?simd/.test(path),
    size: gzipSync(contents).length,
  }));
  const [builds, others] = [sizes.filter(({ isBuild }) => isBuild), sizes.filter(({ isBuild }) => !isBuild)];
  const total = others.reduce((sum, { size }) => sum + size, 0) + Math.max(...builds.map(({ size }) => size));
  console.log(`inference for the browser: ${total} bytes with gzip`);
  expect(builds.length).toBe(2);
  expect(total).toBeLessThan(60_000);
});
