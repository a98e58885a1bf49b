import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { openChromium } from '../../support/open-chromium.ts';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';
import { makeTinyProject, type TinyProject } from '../../support/tiny-project.ts';

/** A folder for pictures of what is tested. */
const screenshots = process.env.DL_SCREENSHOTS;

describeWith(python('optuna_dashboard', 'optuna-dashboard'), 'optuna-dashboard and a journal that npm run tune wrote', () => {
  let project: TinyProject;
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  let address: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    project = makeTinyProject();
    mkdirSync(join(project.root, 'tuning'));
    writeFileSync(
      join(project.root, 'tuning/rate.ts'),
      `import { choice, defineStudy, logFloat, space } from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

export default defineStudy<Config>({
  space: space<Config>({ 'training.optimizer.learningRate': logFloat(1e-4, 1e-1), 'data.batchSize': choice([8, 16]) }),
  scoring: 'val_accuracy',
  maxTrials: 8,
});
`,
    );
    const tuned = await project.run('tune', ['study=rate', 'training.epochs=4']);
    expect(tuned).toMatchObject({ code: 0, stderr: '' });

    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const journal = join(project.root, 'runs/tuning/rate/journal.log');
    server = spawn(
      pythonCommand,
      ['-c', 'from optuna_dashboard._cli import main; main()', journal, '--port', `${port}`, '--server', 'wsgiref'],
      { stdio: 'ignore' },
    );
    for (let attempt = 0; !(await fetch(`${address}/api/studies`).catch(() => undefined))?.ok; attempt++) {
      if (attempt === 300 || server.exitCode !== null) throw new Error('optuna-dashboard does not answer');
      await sleep(200);
    }
    browser = await openChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    server?.kill();
    project?.remove();
  });

  test('lists the study, draws its history, and shows every trial', async () => {
    const slow = { timeout: 120_000 };
    await page.goto(`${address}/dashboard/`);
    await page.getByText('0. rate').waitFor(slow);
    await page.goto(`${address}/dashboard/studies/0`);
    await page.getByText('Best Trial').first().waitFor(slow);
    const points = page.locator('.js-plotly-plot .points path');
    await expect.poll(() => points.count(), slow).toBeGreaterThanOrEqual(8);
    await page.getByText('val_accuracy').first().waitFor(slow); // the study's metric name
    if (screenshots) await page.screenshot({ path: join(screenshots, 'optuna-dashboard.png') });
    await page.goto(`${address}/dashboard/studies/0/trials`);
    await page.getByText('8 Trials').waitFor(slow);
    await page.getByText('data.batchSize').first().waitFor(slow);
    if (screenshots) await page.screenshot({ path: join(screenshots, 'optuna-dashboard-trials.png') });
    expect(complaints).toEqual([]);
  });
});
