import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../src/kernels/wasm/', import.meta.url));
const built = fileURLToPath(new URL('../src/kernels/built/', import.meta.url));
const flavours = { simd: [], 'relaxed-simd': ['--enable', 'relaxed-simd'] } as const;
/** What is built: `engine` to predict, `training` for the wasm backend of tfjs. */
const modules = ['engine', 'training'] as const;
const dataSection = 11;

/**
 * Compiles `src/kernels/wasm/engine.ts` and `training.ts` (AssemblyScript) into `src/kernels/built/engine-simd.ts`,
 * `engine-relaxed-simd.ts` and so on, each of which exports the bytes in hexadecimal digits. Does nothing where the sources, this script and the
 * compiler are those of the last build.
 * @returns whether something was built
 */
export async function buildKernels(): Promise<boolean> {
  const hash = hashInputs();
  const builds = modules.flatMap((module) => Object.entries(flavours).map(([flavour, flags]) => ({ module, flavour, flags })));
  const stale = builds.filter(({ module, flavour }) => !isBuiltFrom(hash, `${module}-${flavour}`));
  if (stale.length === 0) return false;
  mkdirSync(built, { recursive: true });
  for (const { module, flavour, flags } of stale) {
    const bytes = await compile(module, flags);
    const name = `${module}-${flavour}`;
    const target = join(built, `${name}.ts`);
    // Written whole or not at all: another process may be reading it.
    const draft = `${target}.${process.pid}`;
    writeFileSync(
      draft,
      `// Built by scripts/build-kernels.ts from ${hash}\nexport const hex: string =\n  '${Buffer.from(bytes).toString('hex')}';\n`,
    );
    renameSync(draft, target);
  }
  return true;
}

function hashInputs(): string {
  const hash = createHash('sha256').update(createRequire(import.meta.url)('assemblyscript/package.json').version);
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const name of readdirSync(sources).sort()) {
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(join(sources, name)));
  }
  return hash.digest('hex');
}

function isBuiltFrom(hash: string, name: string): boolean {
  const path = join(built, `${name}.ts`);
  return existsSync(path) && readFileSync(path, 'utf8').startsWith(`// Built by scripts/build-kernels.ts from ${hash}\n`);
}

async function compile(module: string, flags: readonly string[]): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes: Uint8Array | undefined;
  const command = [
    `${module}.ts`,
    '--outFile',
    `${module}.wasm`,
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--initialMemory',
    '0',
  ];
  const { error, stderr } = await asc.main([...command, '--enable', 'simd', ...flags], {
    readFile: (name, folder) => {
      const path = join(sources, folder, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : null;
    },
    writeFile: (_name, contents) => {
      bytes = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !bytes) throw new Error(`asc could not compile src/kernels/wasm:\n${stderr}`, { cause: error });
  if (sectionIds(bytes).includes(dataSection)) {
    throw new Error(
      'The kernels hold static data, which would overwrite the memory they are given: use no strings, tables or Mathf functions.',
    );
  }
  return bytes;
}

function sectionIds(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  let at = 8;
  while (at < bytes.length) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return ids;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log((await buildKernels()) ? 'Built the kernels.' : 'The kernels are up to date.');
}
