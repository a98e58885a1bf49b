import { layerClasses } from '../catalog.ts';
import type { CompressionResult } from '../compression/compression-result.ts';
import { formatCount } from '../core/format.ts';
import { libraryLayerClasses } from '../layers/register-layers.ts';

/** The program that uses a compressed model, by the engine; where a layer is none of tfjs' own, which the engine does not know, by tfjs. */
export function usage({ model, features }: Pick<CompressionResult, 'model' | 'features'>, path: string): string[] {
  const known = [...layerClasses, ...libraryLayerClasses];
  const own = [...new Set(model.layers.map((layer) => layer.getClassName()))].filter((name) => !known.includes(name));
  if (own.length > 0)
    return [
      `import { loadLayersModel } from 'dl-project/compression';`,
      `import './src/project.ts'; // it knows ${own.join(', ')}, which the engine (dl-project/inference) does not`,
      `const { model } = await loadLayersModel('${path}');`,
    ];
  const sample = features.inputShape.length === 3 ? 'pixels' : 'row';
  const size = features.inputShape.reduce((product, length) => product * length, 1);
  const meaning =
    sample === 'pixels' ? `${formatCount(size)} numbers from 0 to 255, row after row` : 'an object by column name, or the values in order';
  const answer =
    features.task === 'classification'
      ? `{ label: '${features.outputNames.at(-1)}', probability: ... }`
      : `{ value: ... }   in the unit of ${features.outputNames[0]}`;
  return [
    `import { loadModel } from 'dl-project/inference';`,
    `const model = await loadModel('${path}');`,
    `// ${sample}: ${meaning}`,
    `const [answer] = await model.predict([${sample}]);        // ${answer}`,
  ];
}
