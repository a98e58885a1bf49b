import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { findPackedModel } from '../../compression/find-packed-model.ts';
import { DlError } from '../../core/errors.ts';
import { formatBytes } from '../../core/format.ts';
import { compileModel } from '../../export/wasm/compile-model.ts';
import { findDefaultRun, findRun } from '../../runs/find-run.ts';
import type { Command } from '../command.ts';
import { parseSettings } from '../parse-settings.ts';
import { naming, readGivenFile } from '../read-given-file.ts';

const help = `dl-project compile [model.safetensors] [run=<id>] [recipe=<name>] [out=<file>] [flavour=simd]
                                  makes one WebAssembly file of a packed model: only its kernels, its shapes as constants, its weights as
                                  data. Without a file: the packed model of the newest training and its newest recipe, unless named.
  flavour=relaxed-simd            for JavaScript engines that have relaxed SIMD only (Node 22, Chrome 114); needs one to compile, too`;

const flavours = ['simd', 'relaxed-simd'] as const;

/** `dl-project compile`: a packed model as WebAssembly of its own, which `loadCompiled` of `dl-project/compiled` runs. */
export const compile: Command = {
  help,
  async run(args) {
    const { file, run, recipe, out, flavour = 'simd' } = readWords(args);
    if (flavour !== 'simd' && flavour !== 'relaxed-simd') {
      throw new DlError('usage', `flavour is ${JSON.stringify(flavour)}; it is one of ${flavours.join(', ')}.`);
    }
    const root = process.cwd();
    const path = file ?? findPackedModel(run === undefined ? findDefaultRun(root) : findRun(root, run), recipe).path;
    const target = out ?? join(dirname(path), 'model.wasm');
    const bytes = await readGivenFile(path, 'npm run compress writes a packed model and prints its path.');
    const compiled = await naming(path, () => compileModel(bytes, { flavour }));
    await writeFile(target, compiled);
    const shown = relative(root, target).replaceAll('\\', '/');
    process.stdout.write(
      `  ${shown}, ${formatBytes(compiled.length)}, of ${basename(path)}, ${formatBytes(bytes.length)}\n\n` +
        `  Use it:   import { loadCompiled } from 'dl-project/compiled';\n            const model = await loadCompiled('${shown}');\n`,
    );
    return 0;
  },
};

function readWords(args: readonly string[]) {
  const { words, settings } = parseSettings(args, ['run', 'recipe', 'out', 'flavour'], { command: 'compile', help });
  if (words.length > 1) throw new DlError('usage', `compile takes one packed model; got ${words.join(' ')}.\n${help}`);
  return { file: words.at(0), ...settings };
}
