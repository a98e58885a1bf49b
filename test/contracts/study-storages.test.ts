import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { journalFile, journalStorage, memoryJournal } from '../../src/tuning/index.ts';
import { studyStorageContract } from './study-storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'storages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

studyStorageContract('a journal in memory', async () => {
  const storage = journalStorage(memoryJournal());
  return [storage, storage];
});

let files = 0;
studyStorageContract('a journal file', async () => {
  const path = join(folder, `${files++}.log`);
  return [journalStorage(journalFile(path)), journalStorage(journalFile(path))];
});
