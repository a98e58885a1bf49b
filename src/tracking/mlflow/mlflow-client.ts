import { openAsBlob } from 'node:fs';
import { DlError } from '../../core/errors.ts';
import { TransientError } from './send-queue.ts';

/** An answer within this time, or the server counts as gone for now. */
const timeoutMilliseconds = { call: 10_000, file: 120_000 };

/** The REST interface of an MLflow server (mlflow.org/docs/latest/rest-api.html), as far as tracking needs it. */
export class MlflowClient {
  /** Without credentials: it may be shown. */
  readonly uri: string;
  readonly #authorization: string | undefined;

  /**
   * @param uri `http://127.0.0.1:5000`; user and password in it are used, but never shown
   * @param environment where MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, may be
   * @throws DlError `config` for an address that is none of http
   */
  constructor(uri: string, environment: NodeJS.ProcessEnv = process.env) {
    const url = URL.canParse(uri) ? new URL(uri) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new DlError(
        'config',
        `MLflow's address must begin with http:// or https://: ${JSON.stringify(withoutCredentials(uri))} does not.`,
      );
    }
    const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password } = environment;
    const name = user ?? decodeURIComponent(url.username);
    const secret = password ?? decodeURIComponent(url.password);
    if (token) this.#authorization = `Bearer ${token}`;
    else if (name) this.#authorization = `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
    this.uri = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  }

  /** @throws TransientError where another attempt may succeed; Error for a request that the server refuses */
  async get<Answer>(path: string, query: Readonly<Record<string, string>>): Promise<Answer> {
    return (await this.#fetch(`/api/2.0/mlflow/${path}?${new URLSearchParams(query)}`, {})).json() as Promise<Answer>;
  }

  async post<Answer>(path: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return (
      await this.#fetch(`/api/2.0/mlflow/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    ).json() as Promise<Answer>;
  }

  /** Uploads a file through the server. @param path below the root of its artifacts */
  async putArtifact(path: string, file: string): Promise<void> {
    const place = path.split('/').map(encodeURIComponent).join('/');
    const body = await openAsBlob(file);
    await this.#fetch(`/api/2.0/mlflow-artifacts/artifacts/${place}`, { method: 'PUT', body }, timeoutMilliseconds.file);
  }

  async #fetch(path: string, request: RequestInit, timeout = timeoutMilliseconds.call): Promise<Response> {
    const headers = new Headers(request.headers);
    if (this.#authorization) headers.set('authorization', this.#authorization);
    const response = await fetch(this.uri + path, { ...request, headers, signal: AbortSignal.timeout(timeout) }).catch((cause: Error) => {
      throw new TransientError(`${this.uri} does not answer (${reasonOf(cause)})`, { cause });
    });
    if (response.ok) return response;
    const text = await response.text().catch(() => '');
    const message = `${this.uri} says ${response.status}: ${describe(text) || response.statusText}`;
    if (response.status === 429 || response.status >= 500) throw new TransientError(message);
    if (response.status === 401 || response.status === 403) throw new RefusedError(`${message}. Is MLFLOW_TRACKING_TOKEN set?`, text);
    throw new RefusedError(message, text);
  }
}

/** The server will not do it, however often it is asked. */
export class RefusedError extends Error {
  /** MLflow's word for the reason: `RESOURCE_DOES_NOT_EXIST`. */
  readonly code: string | undefined;

  constructor(message: string, body: string) {
    super(message);
    this.code = /"error_code":\s*"(\w+)"/.exec(body)?.[1];
  }
}

function withoutCredentials(uri: string): string {
  return uri.replace(/\/\/[^/@]*@/, '//');
}

function reasonOf({ message, cause }: Error): string {
  return ((cause as NodeJS.ErrnoException | undefined)?.code ?? message).toString();
}

function describe(body: string): string {
  return (/"message":\s*"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? '').slice(0, 200);
}
