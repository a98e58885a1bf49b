/** A study file whose trials differ by the seed alone. */
export function seedsStudy({ trials, workers }: { readonly trials: number; readonly workers: number }): string {
  return `import { gridSearch } from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

export default gridSearch<Config>({ space: { seed: [${Array.from({ length: trials }, (_, i) => i + 1)}] }, scoring: 'val_accuracy', workers: ${workers} });
`;
}
