import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { distributionFromJson, distributionToJson, toInternal } from '../../../src/tuning/distribution.ts';
import { createStudy, type Journal, type JournalEntry, journalFile, journalStorage } from '../../../src/tuning/index.ts';
import { withFileLock } from '../../../src/tuning/storage/file-lock.ts';
import { readPythonJson, writePythonJson } from '../../../src/tuning/storage/python-json.ts';
import { workerId } from '../../../src/tuning/storage/worker-id.ts';
import { readStudyJson, studyAsJson } from '../../../src/tuning/study-json.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, 'study', 'journal.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const append = async (journal: Journal, entries: readonly JournalEntry[]) => {
  const seen: JournalEntry[] = [];
  await journal.sync(
    (one) => seen.push(one),
    () => entries,
  );
  return seen;
};
const read = async (journal: Journal) => {
  const seen: JournalEntry[] = [];
  await journal.sync((one) => seen.push(one));
  return seen;
};
const entry = (number: number) => ({ op_code: 2, worker_id: 'w', study_id: 0, user_attr: { number } });

describe('journalFile', () => {
  test('is empty before it exists, and then gives each reader what is new to it', async () => {
    const one = journalFile(path);
    const other = journalFile(path);
    expect(await read(other)).toEqual([]);
    expect(await append(one, [entry(1), entry(2)])).toEqual([entry(1), entry(2)]);
    expect(await append(other, [entry(3)])).toEqual([entry(1), entry(2), entry(3)]);
    expect(await read(one)).toEqual([entry(3)]);
    expect(await read(one)).toEqual([]);
    expect(readdirSync(join(folder, 'study'))).toEqual(['journal.log']);
  });

  test("writes Optuna's lines: compact JSON, one operation each", async () => {
    const study = await createStudy({ name: 'a', storage: journalStorage(journalFile(path)), direction: 'maximize' });
    await study.optimize((trial) => trial.suggestFloat('x', 0.5, 0.5), { trials: 1 });
    const lines = readFileSync(path, 'utf8')
      .replace(/"worker_id":"[^"]+"/g, '"worker_id":"W"')
      .replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"/g, '"T"');
    expect(lines.split('\n')).toEqual([
      '{"op_code":0,"worker_id":"W","study_name":"a","directions":[2]}',
      '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":"T"}',
      '{"op_code":5,"worker_id":"W","trial_id":0,"param_name":"x","param_value_internal":0.5,"distribution":"{\\"name\\":\\"FloatDistribution\\",\\"attributes\\":{\\"low\\":0.5,\\"high\\":0.5,\\"log\\":false,\\"step\\":null}}"}',
      '{"op_code":6,"worker_id":"W","trial_id":0,"state":1,"values":[0.5],"datetime_complete":"T"}',
      '',
    ]);
  });

  test('reads nothing of an unfinished last line, and the next writer cuts it off', async () => {
    const journal = journalFile(path);
    await append(journal, [entry(1)]);
    appendFileSync(path, '{"op_code":2,"worker_id":"gone","stu');
    expect(await read(journalFile(path))).toEqual([entry(1)]);
    expect(await append(journal, [entry(2)])).toEqual([entry(2)]);
    expect(await read(journalFile(path))).toEqual([entry(1), entry(2)]);
  });

  test('keeps a last line that only lacks its end', async () => {
    const journal = journalFile(path);
    await append(journal, [entry(1), entry(2)]);
    truncateSync(path, readFileSync(path).length - 1);
    expect(await append(journal, [entry(3)])).toEqual([entry(3)]);
    expect(await read(journalFile(path))).toEqual([entry(1), entry(2), entry(3)]);
  });

  test('loses no whole line wherever a writer was killed', async () => {
    await append(journalFile(path), [entry(1), entry(2)]);
    const whole = readFileSync(path);
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      await append(journalFile(path), [entry(3)]);
      const numbers = (await read(journalFile(path))).map(({ user_attr }) => (user_attr as { number: number }).number);
      const survivors = [1, 2].slice(0, whole.subarray(0, length + 1).filter((byte) => byte === 10).length);
      expect(numbers).toEqual([...survivors, 3]);
    }
  });

  test('names the line that is damaged', async () => {
    await append(journalFile(path), [entry(1)]);
    appendFileSync(path, 'oops\n');
    await expect(read(journalFile(path))).rejects.toThrow(`Line 2 of ${path} is damaged.`);
  });

  test.each(['x: 1\n', '{\n  "name": "p"\n}\n', '{"a":1}', 'loss'])(
    'refuses a file that is no journal, and leaves it as it is: %j',
    async (text) => {
      await append(journalFile(path), []);
      writeFileSync(path, text);
      await expect(read(journalFile(path))).rejects.toThrow('is not a journal of a study: it begins with');
      await expect(append(journalFile(path), [entry(1)])).rejects.toMatchObject({ code: 'file' });
      expect(readFileSync(path, 'utf8')).toBe(text);
      expect(readdirSync(join(folder, 'study'))).toEqual(['journal.log']);
    },
  );

  test('waits for the lock, and takes one away that a dead process left', async () => {
    const lock = join(folder, 'a.lock');
    writeFileSync(lock, '');
    const released = setTimeout(() => rmSync(lock), 30);
    expect(await withFileLock(join(folder, 'a'), () => existsSync(lock))).toBe(true);
    clearTimeout(released);
    writeFileSync(lock, '');
    expect(await withFileLock(join(folder, 'a'), () => 'mine', 20)).toBe('mine');
    const dead = spawnSync(process.execPath, ['-e', '0']).pid;
    writeFileSync(lock, `x-${dead}@${workerId.split('@')[1]}`);
    expect(await withFileLock(join(folder, 'a'), () => 'at once')).toBe('at once');
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('numbers that JSON lacks are written and read as Python does', () => {
  const values = {
    op_code: 7,
    worker_id: 'w',
    a: Number.NaN,
    b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    c: 'NaN "Infinity" \\',
  };
  const line = writePythonJson(values);
  expect(line).toBe('{"op_code":7,"worker_id":"w","a":NaN,"b":[Infinity,-Infinity],"c":"NaN \\"Infinity\\" \\\\"}');
  expect(readPythonJson(line)).toEqual(values);
});

test("distributions are Optuna's, and other kinds are refused", () => {
  const all = [
    { kind: 'float', low: 1e-5, high: 0.1, log: true, step: null },
    { kind: 'int', low: 1, high: 9, log: false, step: 2 },
    { kind: 'categorical', choices: [1, 'a', null, true] },
    { kind: 'categorical', choices: [1, Number.NaN, Number.POSITIVE_INFINITY, 'NaN'] }, // which Optuna allows
  ] as const;
  for (const one of all) expect(distributionFromJson(distributionToJson(one))).toEqual(one);
  expect(distributionToJson(all[1])).toBe('{"name":"IntDistribution","attributes":{"low":1,"high":9,"log":false,"step":2}}');
  expect(all[3].choices.map((one) => toInternal(all[3], one))).toEqual([0, 1, 2, 3]);
  expect(() => distributionFromJson('{"name":"UniformDistribution","attributes":{}}')).toThrow('parameter of kind UniformDistribution');
});

test('lists among the choices, which Optuna writes, survive an export and an import', async () => {
  const distributions = { units: '{"name": "CategoricalDistribution", "attributes": {"choices": [[8], [16, 8]]}}' };
  const entries = [
    { op_code: 0, worker_id: 'w', study_name: 'lists', directions: [1] },
    { op_code: 4, worker_id: 'w', study_id: 0, datetime_start: null, state: 1, value: 2, params: { units: 1 }, distributions },
  ];
  const file = join(folder, 'lists.log');
  writeFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const [study] = await journalStorage(journalFile(file)).studies();
  const { trials } = readStudyJson(studyAsJson(study), 'it');
  expect(trials[0].params).toEqual({ units: [16, 8] });
  const target = await createStudy({ name: 'lists' });
  await target.addTrial(trials[0]);
  expect((await target.trials())[0].params).toEqual({ units: [16, 8] });
});
