import { scriptCommand } from '../engine/package-manager.ts';
import type { ModuleGenerator, ModuleInput } from '../project/module-generator.ts';
import { questions } from './questions.ts';

/** A study; the file's name is enough for it to be found. */
const tuning: ModuleGenerator = {
  questions,
  spelling: 'name',
  variants: (input) => [input.answers.kind ?? kindOf(input), 'every'],
  values: ({ name, project }) => ({
    tune: scriptCommand(project.packageManager, 'tune', `study=${name}`),
    scoring: project.task === 'predict-number' ? 'val_loss' : 'val_accuracy',
    // Images need few passes over many samples, tables many over few.
    ...(project.task === 'classify-images'
      ? { batchSizes: [64, 128, 256], epochs: [2, 4, 8] }
      : { batchSizes: [16, 32, 64], epochs: [10, 50, 100] }),
  }),
  next: ({ name }) => ({ script: ['tune', `study=${name}`] }),
};
export default tuning;

/** `add tuning optimizers` needs no flag; else a search for images, and for tables the first of the grids as they are taught. */
function kindOf({ name, project }: ModuleInput): string {
  if (questions[0].all.some(({ value }) => value === name)) return name;
  return project.task === 'classify-images' ? 'search' : 'batch-size-and-epochs';
}
