import { callbacks } from '../../src/catalog.ts';
import type { ModuleGenerator } from '../project/module-generator.ts';

/** Something that happens during training; it is on as soon as it is there, since that is what it was added for. */
const callback: ModuleGenerator = {
  spelling: 'id',
  list: 'callbacks',
  taken: callbacks.map(({ name }) => name),
  configEntry: ({ id }) => ({ path: ['callbacks'], name: id }),
  next: () => ({ script: ['train', 'fast-dev-run'] }),
};
export default callback;
