import { afterAll, beforeAll } from 'vitest';
import { postgresStorage } from '../../src/tuning/index.ts';
import { type PostgresServer, postgres, startPostgres } from '../support/postgres.ts';
import { describeWith } from '../support/requirements.ts';
import { studyStorageContract } from './study-storage.ts';

describeWith(postgres, 'Postgres', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server?.remove(), 60_000); // a database has hundreds of files

  studyStorageContract('a database', async () => {
    const url = await server.database();
    return [postgresStorage(url), postgresStorage(url)];
  });
});
