import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * The address of tsx' programming interface as the module at `from` finds it. A thread registers tsx by itself: what starts the process does so
 * in the main thread only. Its CommonJS twin, which is what can be looked up from another module, fails in threads.
 * @throws Error where tsx is not installed
 */
export function tsxAddress(from: string): string {
  const path = createRequire(from).resolve('tsx/esm/api');
  return pathToFileURL(path.replace(/\.cjs$/, '.mjs')).href;
}
