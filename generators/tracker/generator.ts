import { callbacks } from '../../src/catalog.ts';
import type { ModuleGenerator } from '../project/module-generator.ts';

/** A place that trainings are recorded at; a callback of its own kind, so it lies among them. */
const tracker: ModuleGenerator = {
  spelling: 'id',
  list: 'callbacks',
  taken: callbacks.map(({ name }) => name),
  values: ({ name }) => ({ variable: variable(name) }),
  configEntry: ({ id }) => ({ path: ['callbacks'], name: id }),
  next: ({ name }) => ({ note: `set ${variable(name)} in .env`, script: ['train', 'fast-dev-run'] }),
};
export default tracker;

/** `team-board` is reached at `TEAM_BOARD_URL`. */
function variable(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_URL`;
}
