import { layerClasses } from '../../src/catalog.ts';
import type { ModuleGenerator } from '../project/module-generator.ts';

/** A layer for the project's models. */
const layer: ModuleGenerator = {
  spelling: 'className',
  list: 'layers',
  taken: layerClasses,
  next: ({ name, id }) => ({
    note: `use it in a model: import { ${id} } from '../layers/${name}.ts'; then ${id}() among its layers`,
    script: ['test'],
  }),
};
export default layer;
