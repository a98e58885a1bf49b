import { spawnSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';
import { program } from './requirements.ts';

export const chromiumProgram = program('chromium', 'apt-get install chromium');

/** The system's own Chromium; playwright-core brings none. */
export function openChromium(): Promise<Browser> {
  const executablePath = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout.trim();
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
