import { afterEach, expect, it, vi } from 'vitest';
import { scriptCommand } from '../../../src/runs/script-command.ts';

afterEach(() => vi.unstubAllEnvs());

it.each([
  ['npm/11.0.0 node/v20.19.0 linux x64 workspaces/false', 'npm run train quiet'],
  ['pnpm/10.12.1 npm/? node/v20.19.0 linux x64', 'pnpm train quiet'],
  ['yarn/1.22.22 npm/? node/v20.19.0 linux x64', 'yarn train quiet'],
  ['bun/1.2.0 npm/? node/v20.19.0 linux x64', 'bun run train quiet'],
  ['', 'npm run train quiet'],
])('spells a command for %j', (userAgent, command) => {
  vi.stubEnv('npm_config_user_agent', userAgent);
  expect(scriptCommand('train', 'quiet')).toBe(command);
});
