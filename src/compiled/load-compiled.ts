import { DlError } from '../core/errors.ts';
import { checkFeatures } from '../inference/model-features.ts';
import { readSource } from '../inference/read-source.ts';
import { parseUntrustedJson } from '../packed/untrusted-json.ts';
import { CompiledModel } from './compiled-model.ts';

/**
 * Loads the WebAssembly that `compileModel` (`npm run compile`) has made of a model: in Node, in a browser, in a worker. Nothing else is needed.
 *
 * @param source the file's path (in Node), its address, or its bytes
 * @throws DlError `missing` where there is no file, `file` where it is no such module
 */
export async function loadCompiled(source: string | URL | ArrayBuffer | Uint8Array): Promise<CompiledModel> {
  const bytes = (await readSource(source)) as Uint8Array<ArrayBuffer>;
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(bytes);
  } catch (cause) {
    throw damaged(`this JavaScript engine does not compile it (${(cause as Error).message})`);
  }
  const [section] = WebAssembly.Module.customSections(module, 'dl-project');
  if (!section || WebAssembly.Module.imports(module).length > 0) throw damaged('npx dl-project compile did not make it');
  const { version, features, metrics, input, output } = parseUntrustedJson(
    new TextDecoder().decode(section),
    'the description of the compiled model',
  ) as Record<string, unknown>;
  if (version !== 1) throw damaged(`it has version ${JSON.stringify(version)}; this release reads 1. Update dl-project`);
  const { exports } = await WebAssembly.instantiate(module);
  const { memory, run } = exports;
  if (!(memory instanceof WebAssembly.Memory) || typeof run !== 'function') throw damaged('it exports no run and no memory');
  const checked = checkFeatures(features);
  const size = checked.inputShape.reduce((product, length) => product * length, 1);
  const place = (address: unknown, count: number) => {
    const fits = Number.isSafeInteger(address) && (address as number) >= 0 && (address as number) % 4 === 0;
    if (!fits || (address as number) + 4 * count > memory.buffer.byteLength)
      throw damaged('its input or output lies outside of its memory');
    return new Float32Array(memory.buffer, address as number, count);
  };
  return new CompiledModel(checked, (metrics ?? {}) as Record<string, number>, {
    input: place(input, size),
    output: place(output, checked.outputs),
    run: run as () => void,
  });
}

function damaged(what: string): DlError {
  return new DlError('file', `Not a compiled model: ${what}.`);
}
