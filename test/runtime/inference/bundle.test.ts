import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('bundles for the browser without a byte of tfjs, Node or zod', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['src/inference/index.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((path) => !/^src\/(inference|core|kernels|packed)\//.test(path))).toEqual([]);
  const [{ contents }] = outputFiles;
  console.log(`inference for the browser: ${contents.length} bytes, ${gzipSync(contents).length} with gzip`);
  expect(gzipSync(contents).length).toBeLessThan(60_000);
});
