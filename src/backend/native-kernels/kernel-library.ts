import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../cache-folder.ts';

/** The C++ sources; they are shipped beside the compiled JavaScript. */
export const sourcesFolder: string = fileURLToPath(new URL('../../kernels/native/', import.meta.url));

/** Compiled kernels in the cache of the user: no install of a package and no change of a project touches them. */
export interface KernelLibrary {
  readonly folder: string;
  /** The addon that Node loads. */
  readonly file: string;
  /** What compiled it: `g++ 12.2.0`. */
  readonly compilerFile: string;
}

/** How the kernels are compiled. No `-ffast-math`: NaN and infinity stay what they are. */
export function compilerFlags(platform: string = process.platform, arch: string = process.arch): readonly string[] {
  const target = arch === 'arm64' ? '-mcpu=native' : '-march=native';
  const numbers = ['-ffp-contract=fast', '-fno-math-errno', '-fno-trapping-math'];
  const flags = ['-std=c++17', '-O3', target, ...numbers, '-shared', '-fvisibility=hidden', '-w'];
  if (platform === 'win32') return [...flags, '-static'];
  // Node itself has the functions that the addon calls.
  return platform === 'darwin' ? [...flags, '-fPIC', '-undefined', 'dynamic_lookup'] : [...flags, '-fPIC', '-pthread'];
}

/**
 * Where the library for these sources, this processor and this platform is, whether it is there or not. Code for another processor would
 * end the process, so that a home folder which several machines share holds one for each.
 */
export function kernelLibrary(): KernelLibrary {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${processor()} ${compilerFlags().join(' ')}`);
  for (const name of readdirSync(sourcesFolder).sort()) hash.update(name).update(readFileSync(join(sourcesFolder, name)));
  const folder = join(cacheFolder(), 'native', `kernels-${hash.digest('hex').slice(0, 16)}`);
  return { folder, file: join(folder, 'kernels.node'), compilerFile: join(folder, 'compiler.txt') };
}

/** Whether the kernels of these sources are compiled; loads nothing. */
export function isCompiled(): boolean {
  return existsSync(kernelLibrary().file);
}

/** The model and, where the system tells them, the abilities that the compiler makes use of. */
function processor(): string {
  const model = cpus()[0]?.model ?? '';
  if (process.platform !== 'linux' || !existsSync('/proc/cpuinfo')) return model;
  return `${model} ${/^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? ''}`;
}
