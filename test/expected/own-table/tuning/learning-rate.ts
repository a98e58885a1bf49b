import { gridSearch } from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

/** Nine trainings, judged by the best epoch of each. `yarn tune`, stopped or not, goes on where it was. */
export default gridSearch<Config>({
  space: { 'training.optimizer.learningRate': [1e-4, 1e-3, 1e-2], 'data.batchSize': [16, 32, 64] },
  scoring: 'val_loss',
});
