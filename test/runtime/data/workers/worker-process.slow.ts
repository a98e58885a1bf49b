import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pictureFolder } from './picture-folder.ts';

describe('a process that reads with workers', () => {
  const sources = new URL('../../../../src/data/', import.meta.url);
  const program = (body: string) => `
    import { readImageFolder } from '${new URL('images/folder/read-image-folder.ts', sources).href}';
    import { DataLoader } from '${new URL('data-loader.ts', sources).href}';
    const { train } = await readImageFolder(process.argv[2], { height: 4, width: 4, testSplit: 0 });
    const loader = new DataLoader(train, { batchSize: 2, workers: 2 });
    ${body}`;
  const run = async (body: string) => {
    const folder = pictureFolder();
    const file = join(folder, 'program.mts');
    writeFileSync(file, program(body));
    const tsx = import.meta.resolve('tsx');
    return promisify(execFile)(process.execPath, ['--import', tsx, file, folder], { timeout: 20_000 })
      .then(({ stdout }) => ({ code: 0, stdout }))
      .catch((error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, stdout: error.stdout + error.stderr }));
  };

  it('ends by itself after an early stop, without closing anything', async () => {
    expect(await run('for await (const batch of loader.epoch()) { console.log(batch.size); break; }')).toEqual({ code: 0, stdout: '2\n' });
  });

  it('ends with the error that was thrown', async () => {
    const { code, stdout } = await run("for await (const _ of loader.epoch()) throw new Error('enough');");
    expect(code).toBe(1);
    expect(stdout).toContain('Error: enough');
  });

  it('ends at once on Ctrl-C', async () => {
    const { code } = await run(`
      process.once('SIGINT', () => process.exit(130));
      for await (const _ of loader.epoch()) process.kill(process.pid, 'SIGINT');`);
    expect(code).toBe(130);
  });
});
