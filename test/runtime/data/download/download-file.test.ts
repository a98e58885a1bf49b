import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DownloadFileOptions, downloadFile } from '../../../../src/data/download/download-file.ts';
import { folderWith } from '../temporary-files.ts';
import { sendRange, serve } from './file-server.ts';

const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) & 255));
const sha256 = createHash('sha256').update(content).digest('hex');

function options(more: Partial<DownloadFileOptions> = {}): DownloadFileOptions {
  return { to: join(folderWith({}), 'new', 'data.bin'), sha256, bytes: content.length, ...more };
}

describe('downloadFile', () => {
  it('fetches a file once, and tells how far it is', async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests++;
      sendRange(request, response, content);
    });
    const progress: number[] = [];
    const wanted = options({ onProgress: ({ received, total }) => progress.push(received / total) });
    await downloadFile(url, wanted);
    await downloadFile(url, wanted);
    expect(content.equals(readFileSync(wanted.to))).toBe(true);
    expect(requests).toBe(1);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.slice().sort((a, b) => a - b));
    expect(existsSync(`${wanted.to}.part`)).toBe(false);
  });

  it('goes on where a connection was cut', async () => {
    const starts: (string | undefined)[] = [];
    const url = await serve((request, response, count) => {
      starts.push(request.headers.range);
      if (count >= 2) return sendRange(request, response, content);
      const start = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
      response.writeHead(start > 0 ? 206 : 200, {
        'content-length': content.length - start,
        'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      });
      response.write(content.subarray(start, start + 100_000), () => setTimeout(() => response.destroy(), 50));
    });
    const wanted = options();
    await downloadFile(url, wanted);
    expect(content.equals(readFileSync(wanted.to))).toBe(true);
    expect(starts).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
  });

  it('goes on with what an earlier call left, and starts anew if the server cannot', async () => {
    for (const ignoresRange of [false, true]) {
      const wanted = options({ to: join(folderWith({ 'data.bin.part': content.subarray(0, 1234) }), 'data.bin') });
      const url = await serve((request, response) => {
        if (ignoresRange) delete request.headers.range;
        sendRange(request, response, content);
      });
      await downloadFile(url, wanted);
      expect(content.equals(readFileSync(wanted.to))).toBe(true);
    }
  });

  it('starts anew where the part was of another file', async () => {
    const wanted = options({ to: join(folderWith({ 'data.bin.part': Buffer.alloc(1234, 7) }), 'data.bin') });
    await downloadFile(await serve((request, response) => sendRange(request, response, content)), wanted);
    expect(content.equals(readFileSync(wanted.to))).toBe(true);
    writeFileSync(`${wanted.to}2.part`, Buffer.alloc(content.length + 10)); // and where it is too long
    await downloadFile(await serve((request, response) => sendRange(request, response, content)), { ...wanted, to: `${wanted.to}2` });
    expect(content.equals(readFileSync(`${wanted.to}2`))).toBe(true);
  });

  it('refuses wrong bytes and keeps nothing of them', async () => {
    const wanted = options();
    const url = await serve((_, response) => response.end(Buffer.alloc(content.length)));
    await expect(downloadFile(url, wanted)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('not the file that was expected: its SHA-256 is'),
    });
    expect([existsSync(wanted.to), existsSync(`${wanted.to}.part`)]).toEqual([false, false]);
  });

  it('takes no more than the file has, whatever length the server says', async () => {
    const wanted = options();
    let sent = 0;
    const url = await serve((_, response) => {
      response.writeHead(200); // chunked, without an end
      const more = () => {
        if (response.destroyed || sent > 50_000_000) return;
        sent += 65_536;
        response.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    await expect(downloadFile(url, wanted)).rejects.toThrow(`it is larger than ${content.length} bytes`);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('does not believe a length that is too short', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-length': 10 }).end(content.subarray(0, 10)));
    await expect(downloadFile(url, options({ retries: 1 }))).rejects.toThrow('it ended after 10 bytes of 293.0 KB');
  });

  it('gives up a connection that brings nothing any more', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 10));
    });
    await expect(downloadFile(url, options({ retries: 0, stallMilliseconds: 200 }))).rejects.toThrow('it brought nothing any more');
  });

  it('tries again while the server is busy, and not where it has no such file', async () => {
    const wanted = options();
    const busy = await serve((request, response, count) =>
      count < 2 ? response.writeHead(503).end() : sendRange(request, response, content),
    );
    await downloadFile(busy, wanted);
    expect(content.equals(readFileSync(wanted.to))).toBe(true);
    let requests = 0;
    const gone = await serve((_, response) => {
      requests++;
      response.writeHead(404).end();
    });
    await expect(downloadFile(gone, options())).rejects.toThrow('the server answers 404');
    expect(requests).toBe(1);
  });

  it('says without a connection what to do by hand', async () => {
    const wanted = options({ retries: 0 });
    await expect(downloadFile('http://127.0.0.1:1/data.bin', wanted)).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringMatching(
        /Cannot download .*data\.bin: .*By hand: fetch it where there is a connection \(293\.0 KB, SHA-256 .*and put it at .*DL_DATA_MIRROR=/,
      ),
    });
  });
});
