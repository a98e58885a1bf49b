import { inception, lenet5Classic, lenet300100, mlp, mobilenet, resnet, squeezenet, vggSmall } from 'dl-project/models';
import { lenet5 } from './lenet5.ts';

/** The models that config.ts may name. */
export const models = [
  lenet5, // its layers are in this folder, those of the others in dl-project
  inception,
  lenet5Classic,
  lenet300100,
  mlp,
  mobilenet,
  resnet,
  squeezenet,
  vggSmall,
] as const;
