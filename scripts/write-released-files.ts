import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { storedForms } from '../src/packed/stored-forms.ts';
import { writeModelFile } from '../src/packed/write-model-file.ts';
import { digestOfContent } from '../test/runtime/packed/content-digest.ts';
import { sampleForms, sampleModel } from '../test/runtime/packed/form-samples.ts';

/**
 * `npx tsx scripts/write-released-files.ts 0.2.0`: files of every stored form as this release writes them, for every later one to
 * read (`test/runtime/packed/released.test.ts`). Files that are there are kept: what was released does not change.
 */
const release = process.argv[2] ?? (JSON.parse(readFileSync('src/package.json', 'utf8')).version as string);
const folder = `test/expected/released/${release}`;
mkdirSync(folder, { recursive: true });
const digestsFile = `${folder}/digests.json`;
const digests: Record<string, string> = existsSync(digestsFile) ? JSON.parse(readFileSync(digestsFile, 'utf8')) : {};
const names = [
  'all',
  ...storedForms.layouts.map(({ name }) => `${name}-huffman`),
  ...storedForms.numbers.map(({ name }) => `${name}-none`),
  'codebook-deflate',
];
for (const name of names) {
  const path = `${folder}/${name}.safetensors`;
  if (existsSync(path)) continue;
  const bytes = writeModelFile(sampleModel, sampleForms[name]);
  writeFileSync(path, bytes);
  digests[`${name}.safetensors`] = digestOfContent(bytes);
}
writeFileSync(digestsFile, `${JSON.stringify(digests, null, 2)}\n`);
