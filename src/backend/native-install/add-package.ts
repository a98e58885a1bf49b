import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DlError } from '../../core/errors.ts';
import { tfjsNodeVersion } from './native-library.ts';
import { runProgram } from './run-program.ts';

const packageName = '@tensorflow/tfjs-node';

/** Packages whose install scripts are not to run: tfjs-node's would fetch what is put there by hand, core-js' asks for donations. */
const withoutScripts = [packageName, 'core-js'];

/** The folder of the tfjs-node that belongs to this project, or undefined. */
export function installedPackage(projectFolder: string): string | undefined {
  try {
    return dirname(createRequire(join(projectFolder, 'package.json')).resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}

/**
 * Adds tfjs-node to `optionalDependencies` without running its install script. Optional, because a failing one does not
 * fail the installation of a colleague's machine; listed, because an unlisted one is removed by the next `npm install`.
 */
export async function addPackage(projectFolder: string): Promise<void> {
  const [program, ...args] = command(projectFolder, 'add');
  if (program === 'npm') denyScripts(projectFolder, true);
  await runProgram(program, [...args, `${packageName}@${tfjsNodeVersion}`], { cwd: projectFolder, what: `add ${packageName}` });
}

/** Takes tfjs-node out of the project again. */
export async function removePackage(projectFolder: string): Promise<void> {
  const [program, ...args] = command(projectFolder, 'remove');
  await runProgram(program, [...args, packageName], { cwd: projectFolder, what: `remove ${packageName}` });
  if (program === 'npm') denyScripts(projectFolder, false);
}

/** Whether package.json lists tfjs-node already, so that only its files are missing. */
export function isListed(projectFolder: string): boolean {
  const { dependencies, optionalDependencies, devDependencies } = readPackageJson(projectFolder);
  return [dependencies, optionalDependencies, devDependencies].some((list) => list !== undefined && packageName in list);
}

function command(projectFolder: string, action: 'add' | 'remove'): [string, ...string[]] {
  const has = (name: string) => existsSync(join(projectFolder, name));
  if (has('pnpm-lock.yaml')) {
    return action === 'add' ? ['pnpm', 'add', '--save-optional', '--save-exact', '--ignore-scripts'] : ['pnpm', 'remove'];
  }
  if (has('yarn.lock') || has('bun.lock') || has('bun.lockb')) {
    throw new DlError(
      'refused',
      `This project is installed by another package manager than npm and pnpm. Add ${packageName}@${tfjsNodeVersion} to optionalDependencies with install scripts off, then type npx dl-project native again.`,
    );
  }
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  return action === 'add'
    ? ['npm', 'install', '--save-optional', '--save-exact', '--ignore-scripts', ...quiet]
    : ['npm', 'uninstall', ...quiet];
}

interface PackageJson {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  allowScripts?: Record<string, boolean>;
}

function readPackageJson(projectFolder: string): PackageJson {
  const path = join(projectFolder, 'package.json');
  if (!existsSync(path)) {
    throw new DlError(
      'usage',
      `There is no package.json in ${projectFolder}. Go to the folder of your project and type npx dl-project native again.`,
    );
  }
  return JSON.parse(readFileSync(path, 'utf8')) as PackageJson;
}

/** npm 11 asks about each package with an install script; answered once, it stays quiet. */
function denyScripts(projectFolder: string, deny: boolean): void {
  const content = readPackageJson(projectFolder);
  const allowScripts = { ...content.allowScripts };
  for (const name of withoutScripts) {
    if (deny) allowScripts[name] ??= false;
    else if (allowScripts[name] === false) delete allowScripts[name];
  }
  if (Object.keys(allowScripts).length > 0) content.allowScripts = allowScripts;
  else delete content.allowScripts;
  const path = join(projectFolder, 'package.json');
  const indent = /^[ \t]+/m.exec(readFileSync(path, 'utf8'))?.[0] ?? '  ';
  writeFileSync(path, `${JSON.stringify(content, undefined, indent)}\n`);
}
