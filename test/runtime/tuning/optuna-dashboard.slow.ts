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
  maxTrials: 12,
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

  test('lists the study, and draws its history and its most important settings', async () => {
    await page.goto(`${address}/dashboard/`);
    await page.getByText('0. rate').waitFor({ timeout: 120_000 });
    const { studies } = (await (await fetch(`${address}/api/studies`)).json()) as { studies: { study_id: number; study_name: string }[] };
    expect(studies.map(({ study_name }) => study_name)).toEqual(['rate']);
    await page.goto(`${address}/dashboard/studies/${studies[0].study_id}`);
    await page.getByText('Best Trial').first().waitFor({ timeout: 120_000 });
    await expect
      .poll(() => page.locator('.js-plotly-plot .point, .js-plotly-plot .points path').count(), { timeout: 60_000 })
      .toBeGreaterThan(10);
    if (process.env.DL_SCREENSHOTS) await page.screenshot({ path: join(process.env.DL_SCREENSHOTS, 'optuna-dashboard.png') });
    await page.goto(`${address}/dashboard/studies/${studies[0].study_id}/trials`);
    await page
      .getByText(/Trial 0/)
      .first()
      .waitFor();
    const body = await page.locator('body').innerText();
    if (process.env.DL_SCREENSHOTS) await page.screenshot({ path: join(process.env.DL_SCREENSHOTS, 'optuna-dashboard-trials.png') });
    expect(body).toMatch(/Trials \(12\)|12 (of 12|trials)/i);
    expect(complaints).toEqual([]);
  });
});
