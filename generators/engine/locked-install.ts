import type { VersionedPackageManager } from './package-manager.ts';

/** The commands that install what the lock file says, on a bare Node. */
export function lockedInstall({ name, version }: VersionedPackageManager): string[] {
  const isYarn1 = !version || version.startsWith('1.');
  const at = version ? `@${version}` : '';
  return {
    npm: ['npm ci'],
    pnpm: [`npm install --global pnpm${at}`, 'pnpm install --frozen-lockfile'],
    yarn: [
      // By force: images of Node bring a yarn 1 that stands in the way.
      `npm install --global --force ${isYarn1 ? 'yarn' : '@yarnpkg/cli-dist'}${at}`,
      `yarn install ${isYarn1 ? '--frozen-lockfile' : '--immutable'}`,
    ],
    bun: [`npm install --global bun${at}`, 'bun install --frozen-lockfile'],
  }[name];
}
