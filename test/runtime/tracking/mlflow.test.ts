import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { defineTracker } from '../../../src/callbacks/define-tracker.ts';
import { schemaFromDefault } from '../../../src/config/option-schema.ts';
import { flatSettings } from '../../../src/tracking/flat-settings.ts';
import { mlflow, SendQueue, TransientError } from '../../../src/tracking/index.ts';
import { MlflowClient } from '../../../src/tracking/mlflow/mlflow-client.ts';
import { temporaryRun, trainTiny } from '../callbacks/training-runs.ts';

beforeAll(useBackend);

/** An HTTP server on a free port that is closed after the test. What MLflow itself does is tested in mlflow.slow.ts. */
async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which nothing listens. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return `http://127.0.0.1:${port}`;
}

describe('MlflowClient', () => {
  it('takes secrets from the environment or the address and shows none', async () => {
    const seen: (string | undefined)[] = [];
    const uri = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    const withPassword = uri.replace('//', '//ada:s%40cret@');
    await new MlflowClient(uri, { MLFLOW_TRACKING_TOKEN: 'token' }).get('x', {});
    await new MlflowClient(withPassword, {}).get('x', {});
    await new MlflowClient(uri, { MLFLOW_TRACKING_USERNAME: 'bob', MLFLOW_TRACKING_PASSWORD: 'pw' }).get('x', {});
    await new MlflowClient(uri, {}).get('x', {});
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(seen).toEqual(['Bearer token', basic('ada:s@cret'), basic('bob:pw'), undefined]);
    expect(new MlflowClient(`${withPassword}/mlflow/`, {}).uri).toBe(`${uri}/mlflow`);
    expect(() => new MlflowClient('ftp://ada:secret@host', {})).toThrow(
      /^MLflow's address must begin with http:\/\/ or https:\/\/: "ftp:\/\/host"/,
    );
  });

  it.each([
    [500, true],
    [429, true],
    [400, false],
    [401, false],
  ])('counts an answer of %d as worth another attempt: %s', async (status, again) => {
    const uri = await listen((_, response) => response.writeHead(status).end('{"error_code":"X","message":"no \\"y\\""}'));
    const error = await new MlflowClient(uri, {}).get('x', {}).catch((one: Error) => one);
    expect(error instanceof TransientError).toBe(again);
    expect((error as Error).message).toContain(`${uri} says ${status}: no \\"y\\"`);
    if (status === 401) expect((error as Error).message).toContain('MLFLOW_TRACKING_TOKEN');
  });
});

describe('SendQueue', () => {
  it('sends in order, tries again what fails for a while, and leaves out what cannot succeed', async () => {
    const queue = new SendQueue();
    const sent: string[] = [];
    let failures = 2;
    queue.add(async () => {
      if (failures-- > 0) throw new TransientError('away');
      sent.push('first');
    });
    queue.add(() => Promise.reject(new Error('never')));
    queue.add(async () => void sent.push('last'));
    await queue.settle(10_000, 5);
    expect(sent).toEqual(['first', 'last']);
    expect(queue).toMatchObject({ lost: 1, length: 0, failure: expect.objectContaining({ message: 'away' }) });
  });

  it('gives up after so many attempts, and counts what is left as lost', async () => {
    const queue = new SendQueue();
    for (let i = 0; i < 3; i++) queue.add(() => Promise.reject(new TransientError('away')));
    await queue.settle(10_000, 1);
    expect(queue.length).toBe(3);
    queue.close();
    expect(queue).toMatchObject({ lost: 3, length: 0 });
  });
});

describe('mlflow', () => {
  it('ends no training and delays none when there is no server, and says so', async () => {
    const uri = await closedPort();
    vi.stubEnv('MLFLOW_TRACKING_URI', uri);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { run, printed } = temporaryRun();
    const { trainer } = await trainTiny([defineTracker(mlflow).create(mlflow.defaults, run)], { epochs: 2 });
    expect(trainer.history).toHaveLength(2);
    expect(printed).toEqual([
      `  tracking  ${uri} does not answer yet; what is to be sent is kept until it does`,
      expect.stringMatching(
        /^ {2}mlflow could not track everything: \d requests did not get through; the first reason: http:\S+ does not answer \(ECONNREFUSED\)$/,
      ),
    ]);
  });

  it('says at the beginning when the server refuses', async () => {
    const uri = await listen((_, response) => response.writeHead(401).end());
    const { run, printed } = temporaryRun();
    await trainTiny([defineTracker(mlflow).create({ ...mlflow.defaults, uri }, run)], { epochs: 1 });
    expect(printed).toEqual([`  mlflow could not track everything: ${uri} says 401: Unauthorized. Is MLFLOW_TRACKING_TOKEN set?`]);
  });

  it('takes no password in config.ts, since every run keeps its config', () => {
    expect(mlflow.schema?.uri?.safeParse('https://ada:secret@host').error?.issues[0].message).toMatch(/MLFLOW_TRACKING_PASSWORD/);
    expect(mlflow.schema?.uri?.safeParse('https://host/a@b').success).toBe(true);
    expect(schemaFromDefault(mlflow.defaults).safeParse({ ...mlflow.defaults }).success).toBe(true);
  });
});

describe('the settings that trackers list', () => {
  it('have dotted keys, lists of numbers in one', () => {
    expect(flatSettings({ a: 1, b: { c: [1, 2], d: null, e: true }, metrics: [{ name: 'x' }], none: {} })).toEqual({
      a: 1,
      'b.c': '1,2',
      'b.e': true,
      'metrics.0.name': 'x',
    });
  });
});
