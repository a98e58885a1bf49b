import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '1.30.0';
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dl-project-bench', `onnxruntime-${version}`);

/** What of onnxruntime's interface is used; its packages are no dependency of ours. */
export interface OnnxRuntime {
  readonly env: { readonly wasm: { numThreads?: number } };
  readonly InferenceSession: {
    create(path: string | Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: 'float32', values: Float32Array, shape: readonly number[]) => OnnxTensor;
}

interface OnnxTensor {
  readonly data: Float32Array;
}

interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(inputs: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
}

/**
 * Installs onnxruntime for Node (native) and for the web (wasm) once, into the user's cache. Without install scripts: that of the
 * native one would fetch the parts for graphics cards.
 * @returns whether they are there
 */
export function installOnnxRuntime(): boolean {
  if (!existsSync(join(folder, 'node_modules', 'onnxruntime-web'))) {
    console.log('  installing onnxruntime-node and onnxruntime-web once, for comparison');
    mkdirSync(folder, { recursive: true });
    const options = ['--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const packages = ['node', 'web'].map((name) => `onnxruntime-${name}@${version}`);
    spawnSync('npm', ['install', ...options, ...packages], {
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
  }
  return existsSync(join(folder, 'node_modules', 'onnxruntime-node')) && existsSync(join(folder, 'node_modules', 'onnxruntime-web'));
}

/** @param which `web` is WebAssembly, on one thread */
export function loadOnnxRuntime(which: 'node' | 'web'): OnnxRuntime {
  const runtime = createRequire(join(folder, 'noop.js'))(`onnxruntime-${which}`) as OnnxRuntime;
  runtime.env.wasm.numThreads = 1;
  return runtime;
}
