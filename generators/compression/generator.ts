import { scriptCommand } from '../engine/package-manager.ts';
import type { ModuleGenerator } from '../project/module-generator.ts';
import { questions } from './questions.ts';

/** A recipe; the file's name is enough for it to be found. */
const compression: ModuleGenerator = {
  questions,
  spelling: 'name',
  variants: ({ answers }) => [answers.kind ?? questions[0].all[0].value, 'every'],
  values: ({ project }) => ({
    sensitivity: scriptCommand(project.packageManager, 'sensitivity'),
    // Images need few passes over many samples, tables many over few; of their small nets more weights must stay.
    ...(project.task === 'classify-images'
      ? { epochs: 4, keepWeights: 0.08, keepWeightsOfHalf: 0.2, shareBits: 5 }
      : { epochs: 40, keepWeights: 0.25, keepWeightsOfHalf: 0.5, shareBits: 6 }),
  }),
  next: ({ name }) => ({ script: ['compress', `recipe=${name}`] }),
};
export default compression;
