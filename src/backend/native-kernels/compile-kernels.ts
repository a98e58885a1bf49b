import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DlError } from '../../core/errors.ts';
import { runProgram } from '../native-install/run-program.ts';
import { compilerFlags, kernelLibrary, sourcesFolder } from './kernel-library.ts';

export interface Compiler {
  readonly program: string;
  /** The first line of what it says of itself. */
  readonly version: string;
}

/**
 * The C++ compiler of this machine: `CXX`, else the first of c++, g++ and clang++ that starts. It has to know GCC's vector extensions, which
 * Microsoft's `cl` does not.
 * @throws DlError `missing` with what to install
 */
export function findCompiler(): Compiler {
  const { CXX } = process.env;
  for (const program of CXX ? [CXX] : ['c++', 'g++', 'clang++']) {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { program, version: stdout.split('\n')[0].trim() };
  }
  const named = CXX ? `CXX=${CXX} does not start. ` : '';
  throw new DlError(
    'missing',
    `${named}There is no C++ compiler to compile the kernels with. ${howToGetOne()} Then type: npx dl-project native`,
  );
}

/** One sentence for the platform; the commands of the commonest systems. */
function howToGetOne(platform: string = process.platform): string {
  if (platform === 'darwin') return 'Type: xcode-select --install';
  if (platform === 'win32') return 'Type: winget install BrechtSanders.WinLibs.POSIX.UCRT (g++ for Windows), and open a new terminal.';
  return 'Type: sudo apt-get install g++ (Debian, Ubuntu), sudo dnf install gcc-c++ (Fedora) or apk add g++ (Alpine).';
}

/**
 * Compiles the kernels into the user's cache, some seconds; does nothing where they are there from the same compiler.
 * @returns whether something was compiled
 * @throws DlError `missing` without a compiler, or with the end of what it said
 */
export async function compileKernels(compiler: Compiler = findCompiler()): Promise<boolean> {
  const library = kernelLibrary();
  const isFresh = existsSync(library.file) && existsSync(library.compilerFile);
  if (isFresh && readFileSync(library.compilerFile, 'utf8') === compiler.version) return false;
  // A folder appears when it is complete, so that a process that looks meanwhile sees none or all.
  const draft = `${library.folder}.unfinished-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    const output = join(draft, 'kernels.node');
    await runProgram(compiler.program, [...compilerFlags(), 'index.cpp', '-o', output], {
      cwd: sourcesFolder,
      what: 'compile the kernels',
    });
    writeFileSync(join(draft, 'compiler.txt'), compiler.version);
    rmSync(library.folder, { recursive: true, force: true });
    mkdirSync(dirname(library.folder), { recursive: true });
    renameSync(draft, library.folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return true;
}
