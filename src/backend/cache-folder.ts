import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's machine keeps what was made or fetched once: `XDG_CACHE_HOME` or, on Windows, `LOCALAPPDATA` move it. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'dl-project');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'dl-project', 'cache');
  return join(homedir(), '.cache', 'dl-project');
}
