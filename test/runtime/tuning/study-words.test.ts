import { expect, test } from 'vitest';
import { readPostgresUrl } from '../../../src/tuning/storage/postgres/postgres-url.ts';
import { studyWords, trialWords } from '../../../src/tuning/study-words.ts';

test('a study keeps the words that it was begun with, without those of one process, however they were typed', () => {
  const words = ['study=a', '--workers', '4', 'training.epochs=3', '--storage=postgres://x:y@z/b', 'trials=2', '--quiet', 'workers'];
  expect(studyWords(words)).toEqual(['study=a', 'training.epochs=3', '--quiet', 'workers']);
  expect(trialWords(['study=a', 'workers=2', '--storage', 'postgres://x:y@z/b', 'seed=1'])).toEqual(['study=a', 'workers=2', 'seed=1']);
});

test.each([
  ['postgres://ada:s%2Fe@db.lab:5433/studies', 'postgres://ada@db.lab:5433/studies'],
  ['postgresql+psycopg://ada:s@db.lab/studies?sslmode=require', 'postgres://ada@db.lab/studies'],
  ['postgresql+psycopg2://ada@db.lab/a%20b', 'postgres://ada@db.lab/a b'],
])('%s is shown without its password', (text, shown) => {
  expect(readPostgresUrl(text)).toMatchObject({ shown, user: 'ada', url: expect.stringMatching(/^postgresql:/) });
});

test.each(['postgres://ada:secret@db.lab', 'postgres://ada:sec/ret@db.lab/a', 'sqlite:///secret.db', 'secret', ''])(
  '%s is no address, and not repeated',
  (text) => {
    expect(() => readPostgresUrl(text)).toThrow('That is no address of a Postgres database. Write postgres://user@host:5432/database');
    expect(() => readPostgresUrl(text)).not.toThrow(/secret|sec\/ret/);
  },
);
