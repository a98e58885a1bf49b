import { datasets } from '../../src/catalog.ts';
import type { ModuleGenerator } from '../project/module-generator.ts';
import { kindOf, questions } from './questions.ts';

/** Something to learn from, in arrays that the file fills. */
const dataset: ModuleGenerator = {
  questions,
  spelling: 'name',
  list: 'datasets',
  taken: datasets.map(({ name }) => name),
  variants: ({ answers, project }) => [answers.kind ?? kindOf[project.task]],
  next: ({ name }) => ({ script: ['train', `data.name=${name}`] }),
};
export default dataset;
