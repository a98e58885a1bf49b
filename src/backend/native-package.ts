import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { DlError } from '../core/errors.ts';

const packageName = '@tensorflow/tfjs-node';

/** `ready`: it should load. `gone`: installed, but its compiled library was never made or was wiped. */
export type NativeState = 'ready' | 'gone' | 'absent';

/** Whether tfjs-node can be found; loads nothing. */
export function findNativePackage(): NativeState {
  const folders = packageFolders();
  if (folders.length === 0) return 'absent';
  return folders.some((folder) => findAddon(folder) !== undefined) ? 'ready' : 'gone';
}

/**
 * Loads tfjs-node, which registers the `tensorflow` backend.
 * @param threads threads within one operation
 * @throws DlError `missing` with the command that helps
 */
export function loadNativePackage(threads: number): void {
  prepareProcess(threads);
  const folders = packageFolders();
  let cause: unknown;
  for (const folder of folders) {
    const addon = findAddon(folder);
    if (addon === undefined) continue;
    try {
      const require = createRequire(join(folder, 'package.json'));
      // Alone first: where its libraries are gone, nothing of the rest of tfjs is loaded and registered.
      require(addon);
      require(folder);
      return;
    } catch (error) {
      cause = error;
    }
  }
  if (folders.length === 0) {
    throw new DlError('missing', 'tfjs-node is not installed. Type: npx dl-project native tensorflow (or DL_BACKEND=wasm to go without).');
  }
  const why = cause instanceof Error ? ` (${cause.message.split('\n')[0]})` : '';
  throw new DlError(
    'missing',
    `tfjs-node is installed, but its library is gone${why}. Type: npx dl-project native tensorflow (or DL_BACKEND=wasm to go without).`,
    { cause },
  );
}

/** Whether there is a tfjs-node for this platform at all. */
export function nativeCanBeAdded(platform = process.platform, arch = process.arch): boolean {
  return (
    (platform === 'linux' || platform === 'darwin' || platform === 'win32') &&
    (arch === 'x64' || (arch === 'arm64' && platform === 'darwin'))
  );
}

/**
 * Where tfjs-node may be, nearest to the user first: `DL_NATIVE_DIR`, the working folder, the running script, and this
 * package. A `file:` install, a symlink or pnpm makes these see different `node_modules`.
 */
function packageFolders(): string[] {
  const starts = [process.env.DL_NATIVE_DIR, process.cwd(), scriptFolder(), dirname(fileURLToPath(import.meta.url))];
  const folders = new Set<string>();
  for (const start of starts) {
    if (!start) continue;
    try {
      folders.add(dirname(createRequire(join(start, 'noop.js')).resolve(`${packageName}/package.json`)));
    } catch {
      // not seen from there
    }
  }
  return [...folders];
}

function scriptFolder(): string | undefined {
  const script = process.argv[1];
  return script && existsSync(script) ? dirname(realpathSync(script)) : undefined;
}

/** The compiled part, `lib/napi-v8/tfjs_binding.node`. */
function findAddon(folder: string): string | undefined {
  const lib = join(folder, 'lib');
  if (!existsSync(lib)) return undefined;
  const addons = readdirSync(lib).map((name) => join(lib, name, 'tfjs_binding.node'));
  return addons.find((addon) => existsSync(addon));
}

function prepareProcess(threads: number): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  // tfjs-node calls two functions that Node 22 warns of and Node 23 removed.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined, isArray: Array.isArray });
}
