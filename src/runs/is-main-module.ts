import { realpathSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/** Whether the module at `url` is the one that Node was started with: `if __name__ == '__main__'`. */
export function isMainModule(url: string, startedFile = process.argv[1]): boolean {
  if (!isMainThread || !startedFile || !url.startsWith('file:')) return false;
  const module = realPath(fileURLToPath(url));
  const started = realPath(startedFile);
  return started === module || started === module.slice(0, -extname(module).length); // `node src/train` leaves the ending out
}

/** Links resolved, and the letters' case as on disk: Windows writes `c:` and `C:`. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
