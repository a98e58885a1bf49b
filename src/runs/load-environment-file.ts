import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Reads `.env` of a project, if there is one, into the environment; what is set there already stays. */
export function loadEnvironmentFile(root: string): void {
  const path = join(root, '.env');
  if (existsSync(path)) process.loadEnvFile(path);
}
