import { choicesOf } from '../../../generators/engine/questions.ts';
import { modules } from '../../../generators/modules.ts';
import { models } from '../../../src/catalog.ts';
import { presets } from '../presets.ts';

/** A name that no module of a fresh project has. */
export const newName = 'second-try';

/** The words behind `add` for every module, without a flag and with every value of every flag that fits the project. */
export async function everyChoice(preset: keyof typeof presets): Promise<string[][]> {
  const task = presets[preset].task ?? 'classify-images';
  const choices: string[][] = [];
  for (const { name, load } of modules) {
    choices.push([name, `second-${name}`]); // kinds may share a folder
    for (const question of (await load()).default.questions ?? []) {
      for (const { value } of choicesOf(question, {})) {
        const fits = question.name !== 'like' || models.find((model) => model.name === value)?.tasks.includes(task as never);
        if (fits) choices.push([name, `try-${choices.length}`, `--${question.name}`, value]);
      }
    }
  }
  return choices;
}
