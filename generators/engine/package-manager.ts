export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type PackageManager = (typeof packageManagers)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** A package manager and, where it is known, its version. */
export interface VersionedPackageManager {
  readonly name: PackageManager;
  readonly version?: string;
}

/** The package manager that started us (it says so in `npm_config_user_agent`: `pnpm/10.34.9 npm/? node/v20.20.2`), or npm. */
export function callingPackageManager({ npm_config_user_agent: userAgent = '' }: Environment): VersionedPackageManager {
  const [, calling, version] = /^(\w+)\/(\d+\.\d+\.\d+)?/.exec(userAgent) ?? [];
  const name = packageManagers.find((one) => one === calling);
  return name ? { name, ...(version ? { version } : {}) } : { name: 'npm' };
}

/** Names of commands of their own, which hide a script of the same name: `yarn check` compares lock files. */
const builtin: Readonly<Partial<Record<PackageManager, readonly string[]>>> = {
  pnpm: ['add', 'list', 'remove', 'update'],
  yarn: ['add', 'check', 'list', 'remove', 'update'],
};

/** How a script is started: `npm run train`, `npm test`, `pnpm train`, `yarn run check`, `bun run test`. */
export function scriptCommand(packageManager: PackageManager, script: string, ...words: readonly string[]): string {
  const start = {
    npm: script === 'test' ? 'npm' : 'npm run',
    pnpm: builtin.pnpm?.includes(script) ? 'pnpm run' : 'pnpm',
    yarn: builtin.yarn?.includes(script) ? 'yarn run' : 'yarn',
    bun: 'bun run', // `bun test` is bun's own test runner
  };
  return [start[packageManager], script, ...words].join(' ');
}

/**
 * How this command is typed with the package manager that called: `npm create dl-project my-app -- --yes`,
 * `npx create-dl-project my-app --yes`, `pnpm create dl-project my-app --yes`. Only `npm create` wants dashes before flags.
 */
export function createCommand(environment: Environment, words: readonly string[], flags: readonly string[] = []): string {
  const { name } = callingPackageManager(environment);
  if (name !== 'npm') return [name, 'create', 'dl-project', ...words, ...flags].join(' ');
  if (environment.npm_command === 'exec') return ['npx', 'create-dl-project', ...words, ...flags].join(' ');
  return ['npm', 'create', 'dl-project', ...words, ...(flags.length > 0 ? ['--', ...flags] : [])].join(' ');
}
