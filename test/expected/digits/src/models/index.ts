import { lenet5Classic, lenet300100, mlp, resnet, vggSmall } from 'dl-project/models';
import { lenet5 } from './lenet5.ts';

/** The models that config.ts may name. */
export const models = [lenet5, lenet5Classic, lenet300100, mlp, resnet, vggSmall] as const;
