import { UsageError } from './exit.ts';

export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type PackageManager = (typeof packageManagers)[number];

/** The package manager that started us (it says so in `npm_config_user_agent`), or npm. */
export function callingPackageManager(userAgent: string | undefined): PackageManager {
  const name = userAgent?.split('/', 1)[0];
  return packageManagers.find((one) => one === name) ?? 'npm';
}

/** The one that was asked for by a flag. */
export function namedPackageManager(name: string): PackageManager {
  const found = packageManagers.find((one) => one === name);
  if (!found) throw new UsageError(`--package-manager is ${JSON.stringify(name)}; it is one of: ${packageManagers.join(', ')}.`);
  return found;
}
