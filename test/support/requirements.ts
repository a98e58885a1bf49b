import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';

/** Something a test needs that a fresh checkout may lack. */
export interface Requirement {
  readonly name: string;
  /** What to do to have it. */
  readonly how: string;
  readonly present: boolean;
}

/** The folder with MNIST's IDX files, or undefined. */
export const mnistFolder: string | undefined = findMnist();

export const mnist: Requirement = {
  name: 'MNIST',
  how: 'set DL_DATA_DIR to a folder that holds mnist/',
  present: mnistFolder !== undefined,
};

/** Needs a Python package, for tests against a real peer. @param pythonPackage its import name */
export function python(pythonPackage: string, pipName = pythonPackage): Requirement {
  return {
    name: `python ${pythonPackage}`,
    how: `pip install ${pipName}`,
    present: canRun(pythonCommand, ['-c', `import ${pythonPackage}`]),
  };
}

/** onnxruntime-web and onnxruntime-node, which are too large (430 MB) to be dependencies. */
export const onnxruntimePackages: Requirement = {
  name: "npm's onnxruntime packages",
  how: 'npm install --ignore-scripts --prefix <folder> onnxruntime-web onnxruntime-node, and set DL_ONNXRUNTIME=<folder>',
  present: process.env.DL_ONNXRUNTIME !== undefined,
};

/** The interpreter that tests call; a virtual environment can be named. */
export const pythonCommand: string = process.env.DL_PYTHON ?? 'python3';

/** Interpreters with Optuna: the newest, and where one is named that of its previous major version. */
export const optunaVersions: readonly string[] = [
  pythonCommand,
  ...(process.env.DL_PYTHON_OPTUNA_4 ? [process.env.DL_PYTHON_OPTUNA_4] : []),
];

/** Needs a program on the PATH. */
export function program(name: string, how: string): Requirement {
  return { name, how, present: canRun('sh', ['-c', `command -v ${name}`]) };
}

/**
 * `describe` for tests that need something. Where it is missing they are skipped, visibly (the closing lines of `npm test`
 * list the reasons); in CI, which installs everything, they run and fail instead.
 */
export function describeWith(requirement: Requirement, title: string, tests: () => void): void {
  const skipped = !requirement.present && !process.env.CI;
  describe.skipIf(skipped)(`${title} [needs ${requirement.name}: ${requirement.how}]`, tests);
}

function findMnist(): string | undefined {
  const folder = process.env.DL_DATA_DIR && join(process.env.DL_DATA_DIR, 'mnist');
  return folder && existsSync(folder) ? folder : undefined;
}

function canRun(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
