import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digestOfContent } from './content-digest.ts';

const folder = new URL('../../expected/released/', import.meta.url);

/** Files are only ever added: whoever trained a model with an old release can read it with this one. */
describe.each(readdirSync(folder))('files that release %s wrote', (release) => {
  const path = new URL(`${release}/`, folder);
  const digests: Record<string, string> = JSON.parse(readFileSync(new URL('digests.json', path), 'utf8'));

  it('all have a known digest', () => {
    const files = readdirSync(path).filter((name) => name.endsWith('.safetensors'));
    expect(Object.keys(digests).sort()).toEqual(files.sort());
  });

  it.each(Object.entries(digests))('%s gives the same model as on the day it was written', (name, digest) => {
    expect(digestOfContent(readFileSync(new URL(name, path)))).toBe(digest);
  });
});
