/** What is used of `node:worker_threads`. */
interface NodeThreads {
  readonly Worker: new (program: URL, options: { readonly execArgv: string[] }) => NodeWorker;
  readonly parentPort: Pick<NodeWorker, 'postMessage' | 'on'> | null;
}

interface NodeWorker {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  on(event: 'message' | 'error' | 'exit', listener: (value: never) => void): void;
  terminate(): Promise<number>;
  ref(): void;
  unref(): void;
}

/** Node's threads without importing them, so that a bundle for the browser holds nothing of Node. Undefined in a browser. */
export function nodeThreads(): NodeThreads | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined;
}
