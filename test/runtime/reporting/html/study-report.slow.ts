import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeStudyReport } from '../../../../src/reporting/html/study/write-study-report.ts';
import type { FrozenStudy } from '../../../../src/tuning/storage/study-storage.ts';
import { chromiumProgram, openChromium } from '../../../support/open-chromium.ts';
import { describeWith } from '../../../support/requirements.ts';
import { manyTrials, mixedObjective, ranStudy } from './studies.ts';

describeWith(chromiumProgram, 'the report of a study in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await openChromium();
    folder = mkdtempSync(join(tmpdir(), 'study-report-'));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const studies: Readonly<Record<string, () => Promise<FrozenStudy>>> = {
    'of 40 trials': () => ranStudy(mixedObjective),
    'of 1,000 trials': async () => manyTrials(1000),
    'of one trial': () => ranStudy((trial) => trial.suggestFloat('x', 0, 1), { trials: 1 }),
    'with several directions': () =>
      ranStudy((trial) => [trial.suggestInt('units', 8, 512, { log: true }), trial.suggestFloat('dropout', 0.1, 0.5)], {
        directions: ['maximize', 'minimize'],
      }),
  };

  test.each(Object.keys(studies))(
    '%s: nothing is complained about, every chart has its marks, and nothing is wider than the screen',
    async (name) => {
      const study = await studies[name]();
      const address = pathToFileURL(writeStudyReport(folder, study)).href;
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [400, 'dark'],
      ] as const) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const complaints: string[] = [];
        page.on('pageerror', ({ message }) => complaints.push(message));
        page.on('console', (message) => complaints.push(message.text()));
        page.on('request', (request) => request.url() === address || complaints.push(request.url()));
        await page.goto(address);
        expect(complaints).toEqual([]);
        const charts = await drawnCharts(page);
        expect(charts.length).toBeGreaterThanOrEqual(study.trials.length === 1 ? 3 : 7);
        for (const { title, marks, isInk } of charts)
          expect({ title, isInk, marks: Math.min(marks, 1) }).toEqual({ title, isInk: true, marks: 1 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await page.close();
      }
    },
  );
});

/** For each chart how many marks it has that take up room and are painted. */
function drawnCharts(page: Page): Promise<{ title: string; marks: number; isInk: boolean }[]> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll<SVGSVGElement>('svg[role=img]'), (chart) => {
      const all = Array.from(chart.querySelectorAll<SVGGeometryElement>('circle, rect, path:not(.grid):not(.axis):not(.mark)'));
      const painted = all.filter((mark) => {
        const { fill, stroke } = getComputedStyle(mark);
        const { width, height } = mark.getBoundingClientRect();
        const isDot = mark.getAttribute('d')?.endsWith('h0');
        return (fill !== 'none' || stroke !== 'none') && (isDot || width + height > 0);
      });
      return { title: chart.querySelector('title')?.textContent ?? '', marks: painted.length, isInk: painted.length === all.length };
    }),
  );
}
