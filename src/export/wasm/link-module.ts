import type Binaryen from 'binaryen';
import { DlError } from '../../core/errors.ts';
import { appendSections } from './append-sections.ts';
import type { MemorySegment } from './memory-segments.ts';
import type { KernelCall } from './record-calls.ts';

/** What a module is made of. */
export interface ModuleParts {
  /** The kernels, as built. */
  readonly kernels: Uint8Array;
  readonly calls: readonly KernelCall[];
  readonly segments: readonly MemorySegment[];
  readonly memoryBytes: number;
  /** By name: what the module says about itself. */
  readonly sections: Readonly<Record<string, Uint8Array>>;
}

const pageBytes = 65_536;
/** What AssemblyScript uses for the kernels. */
const usedFeatures = ['SIMD128', 'RelaxedSIMD', 'BulkMemory', 'BulkMemoryOpt', 'MutableGlobals', 'SignExt', 'NontrappingFPToInt'] as const;

/**
 * A module of its own: the kernels that are called, the calls as one function `run`, and the weights as data. Sizes and addresses are
 * constants, which Binaryen carries into the kernels; what is never called goes.
 * @throws DlError `missing` where binaryen is not installed
 */
export async function linkModule({ kernels, calls, segments, memoryBytes, sections }: ModuleParts): Promise<Uint8Array<ArrayBuffer>> {
  const binaryen = await loadBinaryen();
  const module = binaryen.readBinary(kernels);
  try {
    module.setFeatures(usedFeatures.reduce<number>((all, name) => all | binaryen.Features[name], 0));
    const names = exportedFunctions(binaryen, module);
    const memory = /\(import "env" "memory" \(memory \$(\S+)/.exec(module.emitText())?.[1];
    module.addFunction(
      'run',
      binaryen.none,
      binaryen.none,
      [],
      module.block(
        null,
        calls.map((call) => callOf(binaryen, module, names, call)),
      ),
    );
    for (const name of [...names.keys(), 'memory']) module.removeExport(name);
    module.addFunctionExport('run', 'run');
    const pages = Math.ceil(memoryBytes / pageBytes);
    module.setMemory(pages, pages, 'memory', [], false, false, memory);
    optimize(binaryen, module);
    return appendSections(module.emitBinary(), segments, sections);
  } finally {
    module.dispose();
  }
}

async function loadBinaryen(): Promise<typeof Binaryen> {
  try {
    return (await import('binaryen')).default;
  } catch (cause) {
    throw new DlError('missing', 'compile needs binaryen, which links and optimizes WebAssembly. Type: npm i -D binaryen', { cause });
  }
}

function exportedFunctions(binaryen: typeof Binaryen, module: Binaryen.Module): Map<string, string> {
  const names = new Map<string, string>();
  for (let i = 0; i < module.getNumExports(); i++) {
    const { kind, name, value } = binaryen.getExportInfo(module.getExportByIndex(i));
    if (kind === binaryen.ExternalFunction) names.set(name, value);
  }
  return names;
}

function callOf(
  binaryen: typeof Binaryen,
  module: Binaryen.Module,
  names: ReadonlyMap<string, string>,
  { name, args }: KernelCall,
): number {
  const target = names.get(name) as string;
  const types = binaryen.expandType(binaryen.getFunctionInfo(module.getFunction(target)).params);
  const values = args.map((value, i) => (types[i] === binaryen.f32 ? module.f32.const(value) : module.i32.const(value)));
  return module.call(target, values, binaryen.none);
}

/** For speed; a kernel that is called once is put where it is called, with its loops. */
function optimize(binaryen: typeof Binaryen, module: Binaryen.Module): void {
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(0);
  binaryen.setFlexibleInlineMaxSize(100_000);
  binaryen.setOneCallerInlineMaxSize(100_000);
  module.optimize();
}
