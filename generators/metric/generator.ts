import { metrics } from '../../src/catalog.ts';
import type { ModuleGenerator } from '../project/module-generator.ts';

/** A number people care about; it is measured as soon as it is there. */
const metric: ModuleGenerator = {
  spelling: 'id',
  list: 'metrics',
  taken: metrics.map(({ name }) => name),
  variants: ({ project }) => [project.task === 'predict-number' ? 'regression' : 'classification'],
  configEntry: ({ id }) => ({ path: ['training', 'metrics'], name: id }),
  next: () => ({ script: ['train', 'fast-dev-run'] }),
};
export default metric;
