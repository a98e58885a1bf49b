import { describe, expect, it } from 'vitest';
import type { CompressionResult } from '../../../src/compression/index.ts';
import type { Features } from '../../../src/data/index.ts';
import { compressionProgress, describeCompression, describeEvaluation, describePrediction } from '../../../src/reporting/index.ts';

const features: Features = {
  task: 'classification',
  inputShape: [4, 4, 1],
  outputs: 2,
  outputNames: ['bar', 'ring'],
  preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
};
const prediction = {
  task: 'classification' as const,
  classes: [
    { label: 'ring', probability: 0.75 },
    { label: 'bar', probability: 0.25 },
  ],
};
const image = {
  name: 'test image 3',
  inputs: new Float32Array(16),
  raw: {
    kind: 'image' as const,
    shape: [4, 4, 1] as const,
    pixels: Uint8Array.from([0, 9, 9, 0, 9, 0, 0, 9, 9, 0, 0, 9, 0, 9, 9, 0], (x) => x * 28),
  },
  notes: [],
};

describe('describePrediction', () => {
  it('shows the picture, the answers as bars and whether they are right', () => {
    expect(describePrediction(prediction, { ...image, target: 1 }, { features }).split('\n')).toEqual([
      '',
      '  ▄▀▀▄      ring   ███████████████         75.0 %',
      '  ▀▄▄▀      bar    █████                   25.0 %',
      '',
      '  test image 3 is ring: right.',
    ]);
  });

  it('says what it should have been, or nothing where that is not known', () => {
    expect(describePrediction(prediction, { ...image, target: 0 }, { features })).toContain(
      'test image 3 is bar: wrong, it was read as ring.',
    );
    expect(describePrediction(prediction, { ...image, name: 'a.png', notes: ['resized from 8x8 to 4x4'] }, { features })).toMatch(
      /a\.png looks like ring\.\n {2}resized from 8x8 to 4x4$/,
    );
  });

  it('shows a row of a table with its number', () => {
    const row = {
      kind: 'row' as const,
      values: [
        { column: 'rooms', value: 3 },
        { column: 'town', value: undefined },
      ],
    };
    const price: Features = { ...features, task: 'regression', outputs: 1, outputNames: ['price'] };
    const text = describePrediction(
      { task: 'regression', values: [{ name: 'price', value: 123456.7 }] },
      { name: 'test row 0', inputs: new Float32Array(2), raw: row, target: 120000, notes: [] },
      { features: price, source: 'int8, 3 KB, in the engine' },
    );
    expect(text.split('\n')).toEqual([
      '',
      '  rooms  3      price   123500',
      '  town   -',
      '',
      '  test row 0: price is guessed as 123500; it is 120000.',
      '  guessed by int8, 3 KB, in the engine',
    ]);
  });
});

describe('describeEvaluation', () => {
  it('names the metrics and what was mixed up', () => {
    const text = describeEvaluation({
      task: 'classification',
      logs: { loss: 0.0471, accuracy: 0.988 },
      samples: 2000,
      wrong: 24,
      classNames: ['4', '9'],
      confusion: [],
      perClass: [
        { name: '4', samples: 1000, precision: 0.9925, recall: 0.98, f1Score: 0.9862 },
        { name: '9', samples: 1000, precision: 0.98, recall: 0, f1Score: 0 },
      ],
      mostConfused: [
        { actual: '4', predicted: '9', count: 6 },
        { actual: '9', predicted: '4', count: 1 },
      ],
      mostWrong: [],
    });
    expect(text.split('\n')).toEqual([
      '',
      '  2,000 test samples, never used in training',
      '  accuracy 98.8 % (24 wrong)     loss 0.047',
      '  most confused: 4 read as 9 (6 times), 9 read as 4 (once)',
      '',
      '  class   precision   recall   f1Score   samples',
      '  4           0.993    0.980     0.986     1,000',
      '  9           0.980    0.000     0.000     1,000',
      '',
    ]);
  });

  it('of many classes shows the twenty that are worst', () => {
    const perClass = Array.from({ length: 100 }, (_, i) => ({
      name: `c${i}`,
      samples: 10,
      precision: 0.5,
      recall: 0.5,
      f1Score: 1 - i / 100,
    }));
    const rest = { logs: { loss: 0.1 }, samples: 1000, wrong: 500, classNames: [], confusion: [], mostConfused: [], mostWrong: [] };
    const lines = describeEvaluation({ task: 'classification', perClass, ...rest }).split('\n');
    expect(lines.slice(-22, -19).map((line) => line.split(/ +/)[1])).toEqual(['c99', 'c98', 'c97']);
    expect(lines.at(-2)).toBe('  80 more classes have a higher f1Score');
  });
});

describe('describeCompression', () => {
  const row = {
    step: 'as trained',
    trained: false,
    weightsKept: 430_500,
    value: 0.989,
    fileBytes: 1_765_683,
    remark: '',
    kernelBytes: { dense1: 1_600_000 },
    multiplyAdds: 2_293_000,
  };

  it('prints a head and then a line for each step as it comes', () => {
    const printed: string[] = [];
    const { onRow } = compressionProgress((text) => printed.push(text));
    onRow(row, 'val_accuracy');
    onRow({ ...row, step: 'fine-tune 4 ep', trained: true, weightsKept: 36_280, fileBytes: 175_514 }, 'val_accuracy');
    expect(printed.join('\n').split('\n')).toEqual([
      '',
      '  step                     weights kept   val_accuracy          file',
      '  as trained                    430,500         98.9 %    1,724.3 KB',
      '    fine-tune 4 ep               36,280         98.9 %      171.4 KB',
    ]);
  });

  const ended = (...classNames: string[]): CompressionResult => ({
    model: { layers: classNames.map((name) => ({ getClassName: () => name })) } as never,
    features,
    recipe: [],
    metric: 'val_accuracy',
    rows: [row],
    layers: [
      {
        layer: 'dense1',
        shape: [800, 500],
        bits: 5,
        multiplyAdds: 400_000,
        multiplyAddsKept: 200_000,
        weights: 400_000,
        weightsKept: 32_000,
        units: 500,
        unitsKept: 250,
        rawBytes: 1_600_000,
        packedBytes: 150_000,
        form: 'sparse5',
      },
    ],
    rest: { rawBytes: 165_683, packedBytes: 3_600 },
    gzipBytes: { trained: 1_600_000, compressed: 200_000 },
    notes: [],
    test: { before: { loss: 0.04, accuracy: 0.988 }, after: { loss: 0.05, accuracy: 0.987 } },
    file: { path: 'runs/a/model.safetensors', sizeBytes: 153_600 },
  });

  it('does not send a model with a layer of the project to the engine, which would refuse it', () => {
    const text = describeCompression(ended('Dense', 'Swish', 'Swish'));
    expect(text).not.toContain('loadModel(');
    expect(text).toContain("import './src/project.ts'; // it knows Swish, which the engine");
    expect(text).toContain("await loadLayersModel('runs/a/model.safetensors')");
  });

  it('sends a quantized model to the engine: its file has plain layers', () => {
    expect(describeCompression(ended('Conv2D', 'FakeQuantize', 'WinogradConv2D'))).toContain("await loadModel('runs/a/model.safetensors')");
  });

  it('says what each layer keeps, what the test data says and how to use the file', () => {
    const text = describeCompression(ended('Conv2D', 'Dense'));
    expect(text.split('\n').slice(1, 6)).toEqual([
      '  layer               shape     weights    kept        multiply-adds        units   bits       raw     packed   stored as',
      '  dense1              800x500   400,000   8.0 %   400,000 -> 200,000   500 -> 250      5   1,562.5   146.5 KB   sparse5',
      '  biases and header                                                                          161.8     3.5 KB',
      '  in all                        400,000   8.0 %   400,000 -> 200,000                       1,724.3   150.0 KB',
      '',
    ]);
    expect(text).toContain('gzip: 1,562.5 KB of the model as trained, 195.3 KB of the compressed one in plain float32');
    expect(text).toContain('            // pixels: 16 numbers from 0 to 255, row after row\n            const [answer] = await');
    expect(text).toContain(
      '  test accuracy 98.8 % -> 98.7 %\n\n  runs/a/model.safetensors, 150.0 KB (153,600 bytes), 11.5x smaller than as trained',
    );
    expect(text).toContain("await loadModel('runs/a/model.safetensors')");
  });

  it('has a column for each step that made the file smaller, and one for the file', () => {
    const pruned = { ...row, step: 'prune weights', fileBytes: 800_000, kernelBytes: { dense1: 700_000 } };
    const tuned = { ...pruned, step: 'fine-tune 4 ep', trained: true, fileBytes: 790_000 };
    const nothing = { ...tuned, step: 'share weights', trained: false };
    const coded = { ...nothing, step: 'huffman code', fileBytes: 160_000, kernelBytes: { dense1: 160_000 } };
    const text = describeCompression({ ...ended('Dense'), rows: [row, pruned, tuned, nothing, coded] });
    expect(text).toMatch(/ raw {3}prune weights {3}huffman code {3}stored as\n/);
    expect(text).toMatch(/ 1,562\.5 {11}683\.6 {7}146\.5 KB {3}sparse5\n/);
  });

  it('shows the times, and where the engine did not become faster', () => {
    const times = { one: 0.2, batch: 12.345 };
    const slow = { ...ended('Dense'), speed: { tfjs: times, trained: { one: 0.06, batch: 3 }, compressed: { one: 0.06, batch: 3.1 } } };
    expect(describeCompression(slow)).toContain(
      [
        '  time        tfjs, as trained   engine, as trained   engine, compressed',
        '  one image             0.2 ms              0.06 ms              0.06 ms',
        '  64 images              12 ms                 3 ms               3.1 ms',
        '  the engine is not faster with the compressed model\n',
      ].join('\n'),
    );
    const fast = { ...slow, speed: { ...slow.speed, compressed: { one: 0.03, batch: 1 } } };
    expect(describeCompression(fast)).not.toContain('not faster');
    expect(describeCompression({ ...slow, speed: { tfjs: times } })).toContain(
      '  one image             0.2 ms                    -                    -\n',
    );
  });

  it('says why a recipe ended early, and what the file has then', () => {
    const text = describeCompression({
      ...ended('Dense'),
      stopReason: 'val_accuracy went down',
      rows: [row, { ...row, step: 'ruin', undone: true }],
    });
    expect(text).toContain('  The recipe ended early: val_accuracy went down.\n  What came behind "as trained" was undone;');
  });
});
