import { losses } from '../../src/catalog.ts';
import type { ModuleGenerator } from '../project/module-generator.ts';

/** What training makes small. */
const loss: ModuleGenerator = {
  spelling: 'id',
  list: 'losses',
  taken: losses.map(({ name }) => name),
  variants: ({ project }) => [project.task === 'predict-number' ? 'regression' : 'classification'],
  next: ({ id }) => ({ script: ['train', `training.loss=${id}`] }),
};
export default loss;
