import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { listRuns } from '../../../src/runs/find-run.ts';
import { makeTinyProject, type Outcome, outcome, type TinyProject } from '../../support/tiny-project.ts';

let unbroken: TinyProject;
let broken: TinyProject;
beforeAll(async () => {
  [unbroken, broken] = [makeTinyProject(), makeTinyProject()];
  for (const project of [unbroken, broken]) {
    mkdirSync(join(project.root, 'compression'));
    writeFileSync(
      join(project.root, 'compression', 'small.ts'),
      `import { distill, fineTune, pipeline, pruneUnits, pruneWeights } from 'dl-project/compression';
export default pipeline([
  pruneUnits({ ratio: 0.25 }),
  distill({ weight: 0.3 }),
  fineTune({ epochs: 20, learningRateSchedule: 'cosine' }),
  pruneWeights({ keep: 0.4 }),
  fineTune({ epochs: 20 }),
]);
`,
    );
    expect(await project.run('train', ['data.images=2400', 'model.units=32'])).toMatchObject({ code: 0 });
  }
}, 120_000);
afterAll(() => {
  unbroken.remove();
  broken.remove();
});

const folderOf = (project: TinyProject) => join(listRuns(project.root)[0].folder, 'small');

/** @returns undefined where it was killed, its outcome where it had ended before */
async function compressAndKill(project: TinyProject, milliseconds: number): Promise<Outcome | undefined> {
  const child = project.start('compress');
  const ended = outcome(child);
  const begun = new Promise<void>((done) => child.stdout?.on('data', (text) => String(text).includes('as trained') && done()));
  await Promise.race([begun, ended]);
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const result = await ended;
  clearTimeout(timer);
  return result.code === null ? undefined : result;
}

it('a recipe that is killed at any moments and goes on each time leaves the bytes of an unbroken one', async () => {
  expect(await unbroken.run('compress')).toMatchObject({ code: 0, stderr: '' });
  const random = new RandomStream(0, 'kills');
  let kills = 0;
  let result: Outcome | undefined;
  let wentOn = 0;
  while (!result) {
    result = kills < 12 ? await compressAndKill(broken, random.uniform(0, 900)) : await broken.run('compress');
    if (!result) kills++;
    if (existsSync(join(folderOf(broken), 'steps')) && readdirSync(join(folderOf(broken), 'steps')).length > 0) wentOn++;
  }
  expect(kills).toBeGreaterThanOrEqual(5);
  expect(wentOn).toBeGreaterThanOrEqual(3);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.stdout).toMatch(/ {2}goes on behind step \d of 5, where it was stopped\n/);
  const bytes = (project: TinyProject) => readFileSync(join(folderOf(project), 'model.safetensors')).toString('base64');
  expect(bytes(broken)).toBe(bytes(unbroken));
  expect(readdirSync(folderOf(broken)).sort()).toEqual(['MODEL.md', 'model.safetensors', 'report.html']);
});

it('fresh begins anew, and recipe= takes another one', async () => {
  writeFileSync(
    join(broken.root, 'compression', 'units.ts'),
    readFileSync(join(broken.root, 'compression', 'small.ts'), 'utf8').replace('0.25', '0.5'),
  );
  await compressAndKill(broken, 500);
  const [fresh, other] = [await broken.run('compress', ['fresh']), await broken.run('compress', ['recipe=units', 'quiet'])];
  expect(fresh.stdout).not.toContain('goes on');
  expect(fresh).toMatchObject({ code: 0, stderr: '' });
  expect(other).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(existsSync(join(listRuns(broken.root)[0].folder, 'units', 'model.safetensors'))).toBe(true);
});
