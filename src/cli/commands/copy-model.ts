import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { findPackedModel } from '../../compression/find-packed-model.ts';
import { DlError } from '../../core/errors.ts';
import { formatBytes, formatPercent } from '../../core/format.ts';
import { loadModel } from '../../inference/load-model.ts';
import { findDefaultRun, findRun, shownFolder } from '../../runs/find-run.ts';
import type { Command } from '../command.ts';
import { parseSettings } from '../parse-settings.ts';

const help = `dl-project copy-model <folder> [run=<id>] [recipe=<name>]
                                  puts the packed model of a training into a folder, as model.safetensors: of the newest one and its newest
                                  recipe, unless named`;

/** `dl-project copy-model`: takes the packed model of a training to where it is used; one that the engine cannot run is refused. */
export const copyModel: Command = {
  help,
  async run(args) {
    const { folder, run, recipe } = readWords(args);
    const root = process.cwd();
    const found = run === undefined ? findDefaultRun(root) : findRun(root, run);
    const packed = findPackedModel(found, recipe);
    const { metrics } = await loadModel(packed.path);
    const file = join(resolve(root, folder), 'model.safetensors');
    await mkdir(resolve(root, folder), { recursive: true });
    await copyFile(packed.path, file);
    const size = formatBytes((await stat(file)).size);
    const accuracy = metrics.val_accuracy === undefined ? '' : `, val_accuracy ${formatPercent(metrics.val_accuracy)}`;
    const shown = relative(root, file).replaceAll('\\', '/');
    process.stdout.write(`  ${shown}, ${size}    ${packed.recipe} of ${shownFolder(root, found.folder)}${accuracy}\n`);
    return 0;
  },
};

function readWords(args: readonly string[]) {
  const { words, settings } = parseSettings(args, ['run', 'recipe'], { command: 'copy-model', help });
  if (words.length !== 1) throw new DlError('usage', `copy-model takes one folder; got ${words.join(' ') || 'none'}.\n${help}`);
  return { folder: words[0], ...settings };
}
