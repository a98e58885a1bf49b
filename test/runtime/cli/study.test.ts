import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { study as command } from '../../../src/cli/commands/study.ts';
import { createStudy, journalFile, journalStorage, TrialPruned } from '../../../src/tuning/index.ts';

let root: string;
const home = process.cwd();
/** What the command prints, or throws, in the project's folder. */
async function study(...args: string[]): Promise<string> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  process.chdir(root);
  try {
    await command.run(args);
  } finally {
    process.chdir(home);
    spy.mockRestore();
  }
  return written.join('');
}
const journalOf = (name: string) => join(root, `runs/tuning/${name}/journal.log`);
const trialsOf = async (name: string) => (await journalStorage(journalFile(journalOf(name))).studies())[0].trials;

describe('dl-project study', () => {
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'study-command-'));
    const rate = await createStudy({ name: 'rate', storage: journalStorage(journalFile(journalOf('rate'))), direction: 'maximize' });
    await rate.optimize(
      (trial) => {
        trial.suggestCategorical('data.batchSize', [64, 128]);
        trial.report(trial.number === 1 ? Number.NaN : 0.5, 0);
        if (trial.number === 1) throw new TrialPruned();
        if (trial.number === 2) throw new Error('no memory, "really"');
        return 0.5 + trial.number;
      },
      { trials: 4 },
    );
    await rate.enqueue({ 'data.batchSize': 64 });
    await rate.ask();
    const both = await createStudy({
      name: 'both',
      storage: journalStorage(journalFile(journalOf('both'))),
      directions: ['minimize', 'maximize'],
    });
    await both.optimize((trial) => [trial.suggestInt('n', 1, 9) + trial.number, trial.number], { trials: 3 });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('lists the studies', async () => {
    expect((await study('list')).split('\n').map((line) => line.trim().split(/ {3,}/))).toEqual([
      ['study', 'trials', 'to', 'best'],
      ['both', '3 complete', 'minimize, maximize'],
      ['rate', '2 complete, 1 ended early, 1 failed, 1 running', 'maximize', '3.5'],
      [''],
    ]);
  });

  test('says how far one is', async () => {
    const stdout = await study('status', 'rate');
    expect(stdout).toContain('  rate   2 complete, 1 ended early, 1 failed, 1 running   best: 3.5, trial 4');
    expect(stdout).toContain('  failed 1 times: no memory, "really"');
    expect(stdout).toMatch(/ {2}trial 5: (running for|its process is gone)/);
    await expect(study('status', 'rat')).rejects.toMatchObject({
      code: 'missing',
      message: 'There is no study rat in runs/tuning/. Did you mean rate? There are: both, rate.',
    });
  });

  test('names the best trials', async () => {
    expect(await study('best', 'rate')).toMatch(/^ {2}trial 4 {3}3\.5 {3}data\.batchSize=(64|128)\n$/);
    const stdout = await study('best', 'both', 'json');
    expect(JSON.parse(stdout).length).toBeGreaterThanOrEqual(1);
  });

  test('says which settings matter, from ten trials on', async () => {
    const wide = await createStudy({ name: 'wide', storage: journalStorage(journalFile(journalOf('wide'))) });
    await wide.optimize((trial) => trial.suggestFloat('matters', 0, 1) + 0 * trial.suggestFloat('idle', 0, 1), { trials: 40 });
    expect(await study('importance', 'wide')).toMatch(/setting +importance\n +matters +[5-9]\d\.\d %\n +idle +[\d.]+ %\n$/);
    expect(Object.keys(JSON.parse(await study('importance', 'wide', 'json')))).toEqual(['matters', 'idle']);
    await expect(study('importance', 'rate')).rejects.toThrow('has 2 complete trials; what matters shows from 10 on.');
    rmSync(join(root, 'runs/tuning/wide'), { recursive: true });
  });

  test('writes a report, or the trials in another form, beside the journal', async () => {
    expect(await study('report', 'rate')).toBe('  report: runs/tuning/rate/report.html\n');
    expect(readFileSync(join(root, 'runs/tuning/rate/report.html'), 'utf8')).toContain('<title>Study rate</title>');
    expect(await study('report', 'both', 'format=json')).toBe('  report: runs/tuning/both/report.json\n');
    await expect(study('report', 'rate', 'format=pdf')).rejects.toThrow('format=pdf must be one of html, csv, json.');
  });

  test('exports a table and everything, and imports that again', async () => {
    const stdout = await study('export', 'rate');
    const [head, first] = stdout.split('\n');
    expect(head).toBe('number,value,datetime_start,datetime_complete,duration,params_data.batchSize,user_attrs_cause,state');
    expect(first).toMatch(/^0,0\.5,[^,]+Z,[^,]+Z,[\d.]+,(64|128),,COMPLETE$/);
    expect(await study('export', 'rate', 'out=rate.json')).toBe('  rate.json, 5 trials\n');
    expect(await study('import', 'rate.json', 'again')).toBe('  4 trials put into the study again\n');
    expect(await study('import', 'rate.json', 'again')).toBe('  0 trials put into the study again, which had 4 already\n');
    const strip = (trials: Awaited<ReturnType<typeof trialsOf>>) => trials.slice(0, 4).map(({ workerId: _, ...trial }) => trial);
    expect(strip(await trialsOf('again'))).toEqual(strip(await trialsOf('rate')));
    const both = await createStudy({
      ...{ name: 'both', storage: journalStorage(journalFile(journalOf('both'))), loadIfExists: true },
      directions: (await journalStorage(journalFile(journalOf('both'))).study('both'))!.directions,
    });
    await both.setMetricNames(['loss', 'size']);
    expect(await study('import', journalOf('both'), 'copied')).toBe('  3 trials put into the study copied\n');
    await study('export', 'copied', 'out=copied.json');
    await study('import', 'copied.json', 'twice');
    expect(await study('export', 'twice')).toMatch(/^number,values_loss,values_size,datetime_start,/);
    writeFileSync(join(root, 'wrong.json'), '{"name":"x"}');
    await expect(study('import', 'wrong.json', 'wrong')).rejects.toThrow(
      /^wrong\.json is not a study as `dl-project study export` writes it\. directions/,
    );
  });

  test('compacts a journal', async () => {
    expect(await study('compact', 'both')).toMatch(/^ {2}runs\/tuning\/both\/journal-compact\.log, \d[^\n]+ -> \d/);
    expect(readFileSync(join(root, 'runs/tuning/both/journal-compact.log'), 'utf8').trim().split('\n')).toHaveLength(5); // the study, its names, its trials
  });

  test.each([
    [['lst'], /^study takes list, status, best, importance, report, export, import, compact, worker\. Did you mean list\?/],
    [['best'], /^It takes the name of one study; got none\.\ndl-project study best <name>/],
    [['import', 'x.json', '../x'], /^\.\.\/x cannot be the name of a study/],
    [['worker', 'rate', 'workers=0'], /^workers=0 must be a whole number of at least 1/],
  ])('refuses %j and says what to type', async (args, message) => {
    await expect(study(...args)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(message) });
  });
});
