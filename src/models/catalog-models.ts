import { inception } from './inception.ts';
import { lenet300100 } from './lenet-300-100.ts';
import { lenet5 } from './lenet5.ts';
import { lenet5Classic } from './lenet5-classic.ts';
import { mlp } from './mlp.ts';
import { mobilenet } from './mobilenet.ts';
import { resnet } from './resnet.ts';
import { squeezenet } from './squeezenet.ts';
import { vggSmall } from './vgg-small.ts';

/** The models a project can start from; a new one is its file, a line here and its copy in templates/app/src/models. */
export const catalogModels = [lenet5, lenet5Classic, lenet300100, mlp, resnet, vggSmall, inception, squeezenet, mobilenet] as const;
