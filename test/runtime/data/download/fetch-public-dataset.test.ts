import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { extractTar } from '../../../../src/data/download/extract-tar.ts';
import { fetchPublicDataset } from '../../../../src/data/download/fetch-public-dataset.ts';
import { publicDatasets } from '../../../../src/data/download/public-datasets.ts';
import { folderWith } from '../temporary-files.ts';
import { serve } from './file-server.ts';

/** One entry of a tar archive. */
function entry(name: string, content: Buffer, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 'latin1');
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(type, 156, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const tarGz = (...entries: Buffer[]) => gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));

describe('fetchPublicDataset', () => {
  const names = publicDatasets.mnist.files.map(({ name }) => name);

  it('takes a folder that has the files, packed or not, and a cache that has them', async () => {
    const files = Object.fromEntries(names.map((name, i) => [i === 0 ? name.replace('.gz', '') : name, 'x']));
    const folder = folderWith(files);
    expect(await fetchPublicDataset('mnist', { folder, mirror: 'http://127.0.0.1:1' })).toBe(folder);
    const cache = folderWith(Object.fromEntries(names.map((name) => [`mnist/${name}`, 'x'])));
    expect(await fetchPublicDataset('mnist', { folder: 'nowhere', cache, mirror: 'http://127.0.0.1:1' })).toBe(join(cache, 'mnist'));
    const unpacked = folderWith(Object.fromEntries(publicDatasets.cifar100.contents.map((name) => [`cifar-100-binary/${name}`, ''])));
    expect(await fetchPublicDataset('cifar100', { folder: unpacked, cache, mirror: 'http://127.0.0.1:1' })).toBe(
      join(unpacked, 'cifar-100-binary'),
    );
  });

  it('asks the mirror by data set and file, and refuses what is not the file', async () => {
    const paths: (string | undefined)[] = [];
    const mirror = await serve((request, response) => {
      paths.push(request.url);
      response.end(Buffer.alloc(publicDatasets.mnist.files[0].bytes));
    });
    const cache = folderWith({});
    await expect(fetchPublicDataset('mnist', { mirror, cache })).rejects.toMatchObject({ code: 'data' });
    expect(paths).toEqual([`/mnist/${names[0]}`]);
    expect(existsSync(join(cache, 'mnist', names[0]))).toBe(false);
  });

  it('says what to do without a connection, also where to put the files of the project', async () => {
    const mirror = await serve((_, response) => response.writeHead(403).end());
    await expect(fetchPublicDataset('cifar10', { folder: 'dataset', mirror, cache: folderWith({}) })).rejects.toThrow(
      /the server answers 403\. By hand: .* Or put data_batch_1\.bin, .*batches\.meta\.txt into dataset\.$/,
    );
  });

  it('knows every file by a whole checksum and its size', () => {
    for (const { files, base } of Object.values(publicDatasets)) {
      expect(base).toMatch(/^https:\/\/.*\/$/);
      for (const { sha256, bytes } of files) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(bytes).toBeGreaterThan(1000);
      }
    }
  });
});

describe('extractTar', () => {
  const large = Buffer.from(Uint8Array.from({ length: 700_001 }, (_, i) => i & 255));

  it('takes the wanted files out, wherever in the archive they are, and nothing else', async () => {
    const folder = folderWith({
      'a.tar.gz': tarGz(
        entry('set/', Buffer.alloc(0), '5'),
        entry('../../evil.bin', Buffer.from('evil')),
        entry('set/large.bin', large),
        entry('set/empty.txt', Buffer.alloc(0)),
        entry('set/readme.html', Buffer.from('no')),
      ),
    });
    await extractTar(join(folder, 'a.tar.gz'), join(folder, 'out'), ['large.bin', 'empty.txt']);
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(readFileSync(join(folder, 'out', 'large.bin')))).toBe(hash(large));
    expect(readFileSync(join(folder, 'out', 'empty.txt')).length).toBe(0);
    expect([existsSync(join(folder, 'out', 'readme.html')), existsSync(join(folder, '..', 'evil.bin'))]).toEqual([false, false]);
  });

  it('refuses what is cut off, damaged or incomplete, and leaves no half file', async () => {
    const whole = tarGz(entry('set/large.bin', large));
    const folder = folderWith({ 'cut.tar.gz': whole.subarray(0, whole.length - 30) });
    const out = join(folder, 'out');
    await expect(extractTar(join(folder, 'cut.tar.gz'), out, ['large.bin'])).rejects.toMatchObject({ code: 'data' });
    writeFileSync(join(folder, 'short.tar.gz'), gzipSync(entry('set/large.bin', large).subarray(0, 5000)));
    await expect(extractTar(join(folder, 'short.tar.gz'), out, ['large.bin'])).rejects.toThrow('is cut off');
    expect(existsSync(join(out, 'large.bin'))).toBe(false);
    writeFileSync(join(folder, 'text.tar.gz'), gzipSync(Buffer.alloc(2048, 'z')));
    await expect(extractTar(join(folder, 'text.tar.gz'), out, ['large.bin'])).rejects.toThrow('it is no tar archive');
    writeFileSync(join(folder, 'other.tar.gz'), tarGz(entry('set/other.bin', large)));
    await expect(extractTar(join(folder, 'other.tar.gz'), out, ['large.bin'])).rejects.toThrow('does not hold large.bin.');
  });
});
