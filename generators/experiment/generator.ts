import { scriptCommand } from '../engine/package-manager.ts';
import type { ModuleGenerator } from '../project/module-generator.ts';

/** A named set of changes to config.ts; the file's name is enough for it to be found. */
const experiment: ModuleGenerator = {
  spelling: 'name',
  values: ({ name, project }) => ({ train: scriptCommand(project.packageManager, 'train', `experiment=${name}`) }),
  next: ({ name }) => ({ script: ['train', `experiment=${name}`] }),
};
export default experiment;
