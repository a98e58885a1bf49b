import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { readCheckpoint } from '../../../src/checkpoint/index.ts';
import { RandomStream } from '../../../src/core/random.ts';

const program = fileURLToPath(new URL('./programs/train-until-killed.ts', import.meta.url));

/** Starts a training and kills it `milliseconds` after its second epoch. @returns the run's folder and the last epoch it told of */
async function trainAndKill(milliseconds: number): Promise<{ folder: string; epoch: number }> {
  const root = mkdtempSync(join(tmpdir(), 'dl-project-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (lines.length === 3) setTimeout(() => child.kill('SIGKILL'), milliseconds);
  });
  await new Promise((resolve) => child.on('close', resolve));
  return { folder: lines[0], epoch: Number(lines.at(-1)) };
}

it('a training that is killed at any moment leaves whole checkpoints and a whole log', async () => {
  const random = new RandomStream(0, 'kills');
  for (let kill = 0; kill < 8; kill++) {
    const { folder, epoch } = await trainAndKill(random.uniform(0, 300));
    const best = await readCheckpoint(join(folder, 'checkpoints', 'best.safetensors'));
    const last = await readCheckpoint(join(folder, 'checkpoints', 'last.safetensors'));
    expect(last.epoch).toBeGreaterThanOrEqual(epoch);
    expect(best.epoch).toBeLessThanOrEqual(last.epoch + 1); // the kill may have come between the two
    const log = readFileSync(join(folder, 'log.csv'), 'utf8');
    expect(log.endsWith('\n')).toBe(true);
    const [header, ...rows] = log.trimEnd().split('\n');
    expect(header).toBe('epoch,loss,learningRate,seconds');
    rows.forEach((row, i) => {
      expect(row).toMatch(new RegExp(`^${i + 1},[\\d.e-]+,0\\.0001,[\\d.]+$`));
    });
    expect(rows.length).toBeGreaterThanOrEqual(epoch + 1);
  }
});
