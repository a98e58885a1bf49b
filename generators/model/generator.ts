import { models } from '../../src/catalog.ts';
import { UsageError } from '../engine/exit.ts';
import type { ModuleGenerator } from '../project/module-generator.ts';
import { spellings } from '../project/module-name.ts';
import { questions } from './questions.ts';

/** Layers that learn: a small net for the project's data, or a copy of one of the catalogue. */
const model: ModuleGenerator = {
  questions,
  spelling: 'name',
  list: 'models',
  taken: models.map(({ name }) => name),
  variants: ({ answers, project }) => [...(answers.like ? [] : [project.task === 'classify-images' ? 'images' : 'rows']), 'every'],
  values: ({ project }) => ({ classifies: project.task !== 'predict-number' }),
  extraFiles({ name, id, answers, project }, templates): Record<string, string> {
    const original = models.find((one) => one.name === answers.like);
    if (!original) return {};
    if (!original.tasks.includes(project.task)) {
      const fitting = models.filter(({ tasks }) => tasks.includes(project.task)).map((one) => one.name);
      throw new UsageError(`--like ${original.name} does not learn from this project's data. It is one of: ${fitting.join(', ')}.`);
    }
    const text = templates(`src/models/${original.name}.ts`)
      .replace(`export const ${spellings(original.name).id} =`, `export const ${id} =`)
      .replace(`name: '${original.name}'`, `name: '${name}'`);
    return { [`src/models/${name}.ts`]: text };
  },
  next: ({ name }) => ({ script: ['train', `model.name=${name}`] }),
};
export default model;
