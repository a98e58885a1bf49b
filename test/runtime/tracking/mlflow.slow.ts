import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { defineTracker } from '../../../src/callbacks/define-tracker.ts';
import { mlflow } from '../../../src/tracking/index.ts';
import { describeWith, python } from '../../support/requirements.ts';
import { temporaryRun, trainTiny } from '../callbacks/training-runs.ts';
import { type MlflowServer, mlflowServer } from './mlflow-server.ts';

interface ServerRun {
  info: { run_id: string; run_name: string; status: string; artifact_uri: string };
  data: {
    metrics: { key: string; value: number; step: number }[];
    params: { key: string; value: string }[];
    tags: { key: string; value: string }[];
  };
}

describeWith(python('mlflow.server', 'mlflow'), 'a real MLflow server', () => {
  let server: MlflowServer;
  beforeAll(async () => {
    await useBackend();
    server = await mlflowServer();
    await server.start();
    await call('experiments/search', { max_results: 1 }); // its first answer takes longer than a training waits
  }, 180_000);
  afterAll(() => server?.remove());

  const definition = defineTracker(mlflow);
  const create = (run: Parameters<typeof definition.create>[1], experiment: string) =>
    definition.create({ ...definition.defaults, uri: server.uri, experiment }, run);
  const call = async (path: string, body?: object) => {
    const request = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, of which the tests say what they expect
    return (await fetch(`${server.uri}/api/2.0/mlflow/${path}`, request)).json() as Promise<any>;
  };
  const runsOf = async (name: string): Promise<ServerRun[]> => {
    const { experiment } = await call(`experiments/get-by-name?experiment_name=${name}`);
    return (await call('runs/search', { experiment_ids: [experiment.experiment_id] })).runs ?? [];
  };
  const history = async (run: ServerRun, key: string) =>
    (await call(`metrics/get-history?run_id=${run.info.run_id}&metric_key=${key}`)).metrics.map(
      ({ step, value }: { step: number; value: number }) => [Number(step), value],
    );

  it('has experiment, run, settings, metrics of every epoch, tags and files', async () => {
    const { run, printed } = temporaryRun();
    writeFileSync(run.path('log.csv'), 'epoch\n');
    const { trainer } = await trainTiny([create(run, 'whole')], { epochs: 3, metrics: ['accuracy'] });
    const [found, ...others] = await runsOf('whole');
    expect(others).toEqual([]);
    expect(found.info).toMatchObject({ run_name: run.id, status: 'FINISHED' });
    expect(found.data.params).toContainEqual({ key: 'training.optimizer.learningRate', value: '0.05' });
    expect(found.data.tags).toContainEqual({ key: 'dl-project.run', value: run.id });
    expect(await history(found, 'val_accuracy')).toEqual(trainer.history.map((logs, i) => [i + 1, logs.val_accuracy]));
    const { files } = await call(`artifacts/list?run_id=${found.info.run_id}`);
    expect(files.map(({ path }: { path: string }) => path)).toEqual(['config.json', 'log.csv']);
    expect(printed).toEqual([
      expect.stringMatching(new RegExp(`^  tracking  ${server.uri}/#/experiments/\\d+/runs/${found.info.run_id}$`)),
    ]);
  });

  it('goes on in the same run without a doubled epoch', async () => {
    const { run } = temporaryRun();
    const first = create(run, 'resumed');
    let saved: unknown;
    const save = {
      name: 'save',
      onEpochEnd(_: unknown, epoch: number) {
        if (epoch === 1) saved = first.stateDict?.();
      },
    };
    await trainTiny([first, save], { epochs: 3 });
    const second = create(run, 'resumed');
    second.loadStateDict?.(JSON.parse(JSON.stringify(saved)));
    const { trainer } = await trainTiny([second], { epochs: 4 });
    const [found, ...others] = await runsOf('resumed');
    expect(others).toEqual([]);
    expect(found.info.status).toBe('FINISHED');
    expect(await history(found, 'loss')).toEqual(trainer.history.map(({ loss }, i) => [i + 1, loss]));
  });

  it('marks a training that failed', async () => {
    const failing = { name: 'failing', onEpochEnd: () => Promise.reject(new Error('disk')) };
    await expect(trainTiny([create(temporaryRun().run, 'failed'), failing])).rejects.toThrow('disk');
    expect((await runsOf('failed'))[0].info.status).toBe('FAILED');
  });

  it('marks a training that was stopped as killed, and takes the report', async () => {
    const { run, tell } = temporaryRun();
    const stop = { name: 'stop', onEpochEnd: () => tell('stopped') };
    await trainTiny([create(run, 'stopped'), stop], { epochs: 2 });
    const [found] = await runsOf('stopped');
    expect(found.info.status).toBe('KILLED');
    writeFileSync(run.path('report.html'), '<html></html>');
    await tell('reported');
    const { files } = await call(`artifacts/list?run_id=${found.info.run_id}`);
    expect(files.map(({ path }: { path: string }) => path)).toEqual(['report.html']);
  });

  it('takes NaN as it is', async () => {
    const tracker = mlflow.create({ ...mlflow.defaults, uri: server.uri, experiment: 'nan' }, temporaryRun().run);
    const { run } = temporaryRun();
    await tracker.begin?.({ run, config: run.config, settings: {}, resumed: false });
    await tracker.logEpoch?.({ loss: Number.NaN, other: 1 }, { epoch: 1, step: 1 });
    await tracker.end?.({ status: 'finished', values: {}, files: [] });
    expect((await runsOf('nan'))[0].data.metrics.map(({ key }) => key).sort()).toEqual(['loss', 'other']);
  });

  it('gets everything of a training during which it was away', async () => {
    await server.stop();
    const { run, printed } = temporaryRun();
    let epochs = 0;
    const startServer = {
      name: 'start',
      async onEpochEnd() {
        if (++epochs === 3) await server.start();
      },
    };
    const { trainer } = await trainTiny([create(run, 'away'), startServer], { epochs: 4 });
    expect(printed).toEqual([`  tracking  ${server.uri} does not answer yet; what is to be sent is kept until it does`]);
    const [found] = await runsOf('away');
    expect(await history(found, 'loss')).toEqual(trainer.history.map(({ loss }, i) => [i + 1, loss]));
    expect(found.info.status).toBe('FINISHED');
  }, 180_000);
});
