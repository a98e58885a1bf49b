import { basename } from 'node:path';
import { z } from 'zod';
import { MlflowClient, RefusedError } from './mlflow/mlflow-client.ts';
import { SendQueue } from './mlflow/send-queue.ts';
import type { Position, TrackedValues, Tracker, TrackerDefinition, TrackingEnd, TrackingStart } from './tracker.ts';

export interface MlflowOptions {
  uri: string;
  experiment: string;
  everySteps: number;
  artifacts: boolean;
}

const defaultUri = 'http://127.0.0.1:5000';
/** How long the training waits for the server: at its beginning, to show the address, and at its end. */
const patienceMilliseconds = { begin: 3_000, end: 15_000 };
/** Attempts in a row that may fail at the end, where the server has answered before. */
const lastAttempts = 3;
/** MLflow's words. */
const statuses = { finished: 'FINISHED', failed: 'FAILED', stopped: 'KILLED' } as const;
/** MLflow takes no more in one request, and no longer values. */
const limits = { params: 100, letters: 6_000 };

/**
 * Tracks the training on an MLflow server, by its REST interface: experiment, run, settings as parameters, loss and metrics by epoch, files.
 * The training never waits for the network; while the server is away everything is kept in memory and sent when it is back. Secrets come from
 * the environment only: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.
 */
export const mlflow: TrackerDefinition<'mlflow', MlflowOptions> = {
  name: 'mlflow',
  defaults: {
    /** Address of the server. Empty: MLFLOW_TRACKING_URI, else http://127.0.0.1:5000 */
    uri: '',
    /** Empty: the project's name. */
    experiment: '',
    /** Also `batch_loss` and so on after every so many steps; 0 is none. */
    everySteps: 0,
    /** Uploads settings, log, best checkpoint and report at the end. */
    artifacts: true,
  },
  schema: {
    uri: z.string().refine((uri) => !/\/\/[^/]*@/.test(uri), { error: 'must not hold a password: put it into MLFLOW_TRACKING_PASSWORD' }),
    everySteps: z.int().min(0),
  },
  create: (options) => new MlflowTracker(options),
};

class MlflowTracker implements Tracker {
  readonly wants: Tracker['wants'];
  readonly #options: MlflowOptions;
  readonly #client: MlflowClient;
  readonly #queue = new SendQueue();
  #run: { readonly id: string; readonly experiment: string; readonly artifactUri: string } | undefined;
  /** Of a training that goes on: up to which step the server knows each metric. */
  #known: ReadonlyMap<string, number> = new Map();
  #savedId: string | undefined;

  constructor(options: MlflowOptions) {
    this.#options = options;
    this.#client = new MlflowClient(options.uri || process.env.MLFLOW_TRACKING_URI || defaultUri);
    this.wants = { everySteps: options.everySteps };
  }

  async begin(start: TrackingStart): Promise<void> {
    this.#queue.add(() => this.#open(start));
    await this.#queue.settle(patienceMilliseconds.begin, 1);
    if (!this.#run && this.#queue.length === 0) throw this.#queue.failure ?? new Error(`${this.#client.uri} made no run`);
  }

  logEpoch(values: TrackedValues, { epoch }: Position): void {
    this.#metrics(values, epoch);
  }

  logStep(values: TrackedValues, { step }: Position): void {
    this.#metrics(Object.fromEntries(Object.entries(values).map(([key, value]) => [`batch_${key}`, value])), step);
  }

  async end({ status, files }: TrackingEnd): Promise<void> {
    for (const file of this.#options.artifacts ? files : []) this.#queue.add(() => this.#upload(file));
    const end = { status: statuses[status], end_time: Date.now() };
    this.#queue.add(() => this.#post('runs/update', end));
    await this.#queue.settle(patienceMilliseconds.end, this.#run ? lastAttempts : 1);
    if (this.#queue.length > 0) this.#queue.close();
    if (this.#queue.lost === 0) return;
    throw new Error(`${this.#queue.lost} requests did not get through; the first reason: ${this.#queue.failure?.message}`);
  }

  async addFile(file: string): Promise<void> {
    if (!this.#options.artifacts) return;
    this.#queue.add(() => this.#upload(file));
    await this.#queue.settle(patienceMilliseconds.end, this.#run ? lastAttempts : 1);
  }

  where(): string {
    const { uri } = this.#client;
    return this.#run
      ? `${uri}/#/experiments/${this.#run.experiment}/runs/${this.#run.id}`
      : `${uri} does not answer yet; what is to be sent is kept until it does`;
  }

  stateDict(): unknown {
    return { runId: this.#run?.id ?? this.#savedId ?? null };
  }

  loadStateDict(state: unknown): void {
    this.#savedId = (state as { runId: string | null }).runId ?? undefined;
  }

  /** The run on the server: that of the saved state, else a new one. */
  async #open(start: TrackingStart): Promise<void> {
    const saved = this.#savedId === undefined ? undefined : await this.#find(this.#savedId);
    if (saved) {
      this.#run = runOf(saved);
      this.#known = new Map((saved.data.metrics ?? []).map(({ key, step }) => [key, Number(step ?? 0)]));
      await this.#post('runs/update', { status: 'RUNNING' });
      return;
    }
    const { config, run, settings } = start;
    const tags = { 'mlflow.runName': run.id, 'mlflow.source.name': config.name, 'dl-project.run': run.id, 'dl-project.kind': run.kind };
    const { run: made } = await this.#client.post<{ run: MlflowRun }>('runs/create', {
      experiment_id: await this.#experiment(this.#options.experiment || config.name),
      run_name: run.id,
      start_time: Date.now(),
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
    this.#run = runOf(made);
    const params = Object.entries(settings).map(([key, value]) => ({ key, value: String(value).slice(0, limits.letters) }));
    for (let i = 0; i < params.length; i += limits.params)
      await this.#post('runs/log-batch', { params: params.slice(i, i + limits.params) });
  }

  async #experiment(name: string): Promise<string> {
    const find = async () => {
      type Answer = { experiment: { experiment_id: string } };
      return (await this.#client.get<Answer>('experiments/get-by-name', { experiment_name: name })).experiment.experiment_id;
    };
    try {
      return await find();
    } catch (error) {
      if (!(error instanceof RefusedError && error.code === 'RESOURCE_DOES_NOT_EXIST')) throw error;
    }
    try {
      return (await this.#client.post<{ experiment_id: string }>('experiments/create', { name })).experiment_id;
    } catch (error) {
      // Another training may have made it in the meantime.
      if (error instanceof RefusedError && error.code === 'RESOURCE_ALREADY_EXISTS') return find();
      throw error;
    }
  }

  async #find(id: string): Promise<MlflowRun | undefined> {
    try {
      return (await this.#client.get<{ run: MlflowRun }>('runs/get', { run_id: id })).run;
    } catch (error) {
      if (error instanceof RefusedError) return undefined; // it was deleted
      throw error;
    }
  }

  #metrics(values: TrackedValues, step: number): void {
    const timestamp = Date.now();
    this.#queue.add(async () => {
      // What a training that goes on does again, bit by bit, is not logged twice.
      const fresh = Object.entries(values).filter(([key]) => step > (this.#known.get(key) ?? -1));
      const metrics = fresh.map(([key, value]) => ({ key, value: Number.isFinite(value) ? value : String(value), timestamp, step }));
      if (metrics.length > 0) await this.#post('runs/log-batch', { metrics });
    });
  }

  async #upload(file: string): Promise<void> {
    const root = /^mlflow-artifacts:\/+(?:[^/]*:\d+\/)?(.*)$/.exec(this.#run?.artifactUri ?? '')?.[1];
    if (root === undefined)
      throw new Error(`files are kept at ${this.#run?.artifactUri ?? 'no known place'}, which the server does not pass on`);
    await this.#client.putArtifact(`${root}/${basename(file)}`, file);
  }

  async #post(path: string, body: object): Promise<void> {
    if (!this.#run) throw new Error('there is no run on the server');
    await this.#client.post(path, { run_id: this.#run.id, ...body });
  }
}

/** As the server tells it. */
interface MlflowRun {
  readonly info: { readonly run_id: string; readonly experiment_id: string; readonly artifact_uri: string };
  readonly data: { readonly metrics?: readonly { readonly key: string; readonly step?: number | string }[] };
}

function runOf({ info }: MlflowRun) {
  return { id: info.run_id, experiment: info.experiment_id, artifactUri: info.artifact_uri };
}
