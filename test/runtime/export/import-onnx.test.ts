import { readFileSync } from 'node:fs';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { Features } from '../../../src/data/features.ts';
import { importOnnx, toOnnx } from '../../../src/export/index.ts';
import { encodeOnnx, type OnnxModel } from '../../../src/export/onnx/format/onnx-format.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { engineNets, largestDifference, otherNets, randomInputs, someCatalogNets, tfjsOutputs, writtenNets } from './nets.ts';
import { expectRoundTrip, readableAgain } from './onnx-round-trip.ts';
import { quantizedNet } from './quantized-net.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

describe('reads what exportOnnx wrote', () => {
  it.each([...someCatalogNets, ...engineNets, ...otherNets, ...writtenNets].filter(readableAgain).map((net) => [net.name, net] as const))(
    '%s',
    async (_, net) => {
      await expectRoundTrip(net);
    },
  );
});

describe("reads what PyTorch's exporters wrote (pytorch/write_models.py)", () => {
  const networks = ['classic', 'residual', 'mobile', 'rows', 'branches', 'signal', 'steps', 'gates', 'shuffle', 'patches', 'batchless'];
  it.each(networks.flatMap((name) => [name, `${name}-dynamo`]))('%s', async (name) => {
    const { inputs, outputs } = JSON.parse(readFileSync(new URL(`pytorch/${name.replace('-dynamo', '')}.json`, import.meta.url), 'utf8'));
    const { model, features } = await importOnnx(new URL(`pytorch/${name}.onnx`, import.meta.url), {
      addSoftmax: name.startsWith('classic'),
    });
    const values = /steps|gates/.test(name) ? Float32Array.from(inputs) : channelsLast(inputs, features);
    // The logarithm of the softmax became the softmax.
    const expected = name.startsWith('classic') ? outputs.map(Math.exp) : outputs;
    expect(largestDifference(await tfjsOutputs(model, features, values), expected)).toBeLessThan(1e-5);
    const engine = await loadModel(await packModel(model, { features }));
    expect(largestDifference(engine.compute(values), expected)).toBeLessThan(1e-5);
    model.dispose();
  });
});

describe('reads what onnxruntime computes alike (operators/write_models.py)', () => {
  it.each(['decoder', 'groups', 'norms', 'gelus', 'named-gelu'])('%s', async (name) => {
    const folder = new URL('operators/', import.meta.url);
    const { inputs, outputs } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
    const { model, features } = await importOnnx(new URL(`${name}.onnx`, folder));
    const values = channelsLast(inputs, features);
    expect(largestDifference(await tfjsOutputs(model, features, values), outputs)).toBeLessThan(1e-5);
    const engine = await loadModel(await packModel(model, { features }));
    expect(largestDifference(engine.compute(values), outputs)).toBeLessThan(1e-5);
    model.dispose();
  });
});

/** PyTorch's orders `[channels, height, width]` and `[channels, length]` as ours. */
function channelsLast(values: readonly number[], { inputShape }: Features): Float32Array {
  if (inputShape.length === 1) return Float32Array.from(values);
  const [height, width, channels] = inputShape.length === 2 ? [1, ...inputShape] : inputShape;
  const pixels = height * width;
  return Float32Array.from(values, (_, at) => {
    const [sample, pixel, channel] = [Math.floor(at / (pixels * channels)), Math.floor(at / channels) % pixels, at % channels];
    return values[(sample * channels + channel) * pixels + pixel];
  });
}

describe('a model of PyTorch', () => {
  it('can be quantized, saved, run by the engine and exported again', async () => {
    const { model, features } = await importOnnx(new URL('pytorch/residual.onnx', import.meta.url), { addSoftmax: true });
    const { simulated, packed } = await quantizedNet(model, features);
    const inputs = randomInputs(features, 4);
    const expected = await tfjsOutputs(model, features, inputs);
    const engine = await loadModel(packed);
    expect(largestDifference(engine.compute(inputs), expected)).toBeLessThan(0.05);
    const { precision } = await toOnnx(packed);
    expect(precision).toBe('int8');
    for (const one of [model, simulated]) one.dispose();
  });

  it('gets what its file does not say from the options, and the user is told what is missing', async () => {
    const { model, features, notes } = await importOnnx(new URL('pytorch/residual.onnx', import.meta.url));
    expect(features).toEqual({
      task: 'classification',
      inputShape: [24, 20, 3],
      outputs: 3,
      outputNames: ['0', '1', '2'],
      preprocessing: { kind: 'scale', scale: 1, offset: 0 },
    });
    expect(notes.map((note) => note.split(':')[0])).toEqual([
      'The model ends without softmax',
      'The file names no classes',
      'The file says nothing of preprocessing',
    ]);
    model.dispose();
    const given = { outputNames: ['x', 'y', 'z'], preprocessing: { kind: 'scale', scale: 2, offset: 1 }, addSoftmax: true } as const;
    const told = await importOnnx(new URL('pytorch/residual.onnx', import.meta.url), given);
    expect([told.features, told.notes]).toMatchObject([{ outputNames: given.outputNames, preprocessing: given.preprocessing }, []]);
    told.model.dispose();
  });
});

describe('refuses', () => {
  type Node = NonNullable<NonNullable<OnnxModel['graph']>['node']>[number];
  const shape = (...lengths: number[]) => ({
    dim: [undefined, ...lengths].map((length) => ({
      value: length === undefined ? { case: 'dimParam' as const, value: 'n' } : { case: 'dimValue' as const, value: BigInt(length) },
    })),
  });
  const floats = (name: string, dims: readonly number[], values: readonly number[]) => ({
    name,
    dims: dims.map(BigInt),
    dataType: 1,
    floatData: [...values],
  });
  /** A graph from `x` to `y`. */
  function onnx(
    nodes: readonly Node[],
    { input = [3, 4, 4], initializer = [] as ReturnType<typeof floats>[], version = 17 } = {},
  ): Uint8Array {
    return encodeOnnx({
      irVersion: 8n,
      opsetImport: [{ domain: '', version: BigInt(version) }],
      graph: {
        node: [...nodes],
        input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: shape(...input) } } }],
        output: [{ name: 'y' }],
        initializer,
      },
    });
  }
  const node = (opType: string, input: string[], output: string[], attribute: Node['attribute'] = []): Node => ({
    opType,
    input,
    output,
    attribute,
  });
  const ints = (name: string, ...values: number[]) => ({ name, type: 7, ints: values.map(BigInt) });
  const kernel = floats('w', [2, 3, 3, 3], new Array(54).fill(1));

  it.each<[string, Uint8Array, string]>([
    ['what is no protobuf', Uint8Array.of(1, 2, 3), 'Not a sound ONNX file'],
    ['an empty file', new Uint8Array(), 'Not an ONNX file: it holds no graph.'],
    [
      'an operator that it does not know',
      onnx([{ ...node('Einsum', ['x'], ['y']), name: '/head/Einsum' }]),
      'The ONNX operator Einsum (node "/head/Einsum") is not known. importOnnx makes no layers of that: export the model without',
    ],
    [
      'an operator of another domain',
      onnx([{ ...node('Gelu', ['x'], ['y']), domain: 'com.microsoft' }]),
      'is of the domain "com.microsoft"',
    ],
    [
      'logarithms of probabilities',
      onnx([node('LogSoftmax', ['x'], ['y'])], { input: [4] }),
      'With addSoftmax (import --softmax) the model ends with the probabilities instead.',
    ],
    [
      'a loop of nodes',
      onnx([node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b']), node('Relu', ['b'], ['y'])]),
      'reads "b", which nothing before it gives',
    ],
    ['a name that is given twice', onnx([node('Relu', ['x'], ['y']), node('Relu', ['x'], ['y'])]), '"y" is given twice'],
    [
      'a kernel shorter than it says',
      onnx([node('Conv', ['x', 'w'], ['y'])], { initializer: [{ ...kernel, dims: [2n, 3n, 3n, 4n] }] }),
      'the tensor "w" [2,3,3,4] has 54 numbers',
    ],
    [
      'a kernel of a billion numbers',
      onnx([node('Conv', ['x', 'w'], ['y'])], { initializer: [{ ...kernel, dims: [2n ** 20n, 2n ** 20n] }] }),
      'has 54 numbers',
    ],
    [
      'an input of a billion numbers',
      onnx([node('Mul', ['x', 'two'], ['y'])], { input: [2 ** 30], initializer: [floats('two', [], [2])] }),
      'one of its nodes gives [1073741824] for one sample',
    ],
    [
      'one number for many channels',
      onnx([node('Mul', ['x', 'two'], ['y'])], { input: [2 ** 26], initializer: [floats('two', [], [2])] }),
      'its weights would take far more room than the file',
    ],
    [
      'weights in another file',
      encodeExternal(),
      'lies in another file. Save the model as one file: torch.onnx.export(..., external_data=False)',
    ],
    [
      'several operators that it does not know, all at once',
      onnx([node('Einsum', ['x'], ['a']), node('Einsum', ['a'], ['b']), node('Loop', ['b'], ['y'])]),
      'The ONNX operators Einsum (node "a"), Loop (node "y") are not known. importOnnx makes no layers of that',
    ],
    [
      'groups that do not fit the channels',
      onnx([node('Conv', ['x', 'w'], ['y'], [{ name: 'group', type: 2, i: 2n }])], {
        input: [4, 4, 4],
        initializer: [floats('w', [3, 2, 1, 1], new Array(6).fill(1))],
      }),
      'has a kernel [3,2,1,1] in 2 groups for 4 channels',
    ],
    [
      'pictures that are enlarged smoothly',
      onnx([node('Resize', ['x', '', 's'], ['y'], [{ name: 'mode', type: 3, s: new TextEncoder().encode('linear') }])], {
        initializer: [floats('s', [4], [1, 1, 2, 2])],
      }),
      'enlarges by "linear, half_pixel, round_prefer_floor"; known is to repeat pixels',
    ],
    [
      'a slice of every second row',
      onnx([node('Slice', ['x', 'a', 'b', 'c', 'd'], ['y'])], {
        initializer: [floats('a', [1], [0]), floats('b', [1], [4]), floats('c', [1], [2]), floats('d', [1], [2])],
      }),
      'cuts axis 2 in steps of 2; known is to crop height and width',
    ],
    [
      'padded maxima of values below 0',
      onnx([node('MaxPool', ['x'], ['y'], [ints('kernel_shape', 3, 3), ints('pads', 1, 1, 1, 1), ints('strides', 2, 2)])]),
      "which Keras' pooling cannot do where values may be below 0",
    ],
    [
      'lengths that are free',
      onnx([node('Relu', ['x'], ['y'])], { input: [3, 0, 4] }),
      'has the lengths [3,?,4] for one sample; importOnnx takes images, sequences and rows of known lengths. Give them',
    ],
    [
      'channels that are split into others than there are',
      onnx([node('Split', ['x'], ['y', 'z'], [{ name: 'axis', type: 2, i: 1n }, ints('split', 1, 3)])]),
      'splits 3 channels into [1,3]',
    ],
    [
      'rows that are split',
      onnx([node('Split', ['x'], ['y', 'z'], [{ name: 'axis', type: 2, i: 2n }])]),
      'splits axis 2, not the channels',
    ],
    [
      'a film',
      onnx([node('Relu', ['x'], ['y'])], { input: [5, 3, 4, 4] }),
      'has the lengths [5,3,4,4] for one sample; importOnnx takes images of three axes, sequences of two and rows of one.',
    ],
    [
      'a sequence as the result',
      onnx([node('Relu', ['x'], ['y'])], { input: [7, 5] }),
      'The model gives [7,5] for one sample; importOnnx takes models that give a list of numbers.',
    ],
    ['a recurrent operator that reads samples first', recurrent('LSTM', { reads: 'x' }), 'reads what are no steps of a sequence'],
    ['the state of the cells', recurrent('LSTM', { gives: 2 }), 'gives the state of its cells to another node'],
    ['a first state', recurrent('RNN', { state: 0.5 }), 'begins with a state that is not 0'],
    ['steps that end backwards', recurrent('RNN', { attributes: [words('direction', 'reverse')], gives: 0 }), 'runs backwards alone'],
    ['steps whose batch moves', recurrent('GRU', { gives: 0, shape: [7, 3, 2] }), 'makes [7,3,2] of what a recurrent operator gives'],
    ['a last step whose batch moves', recurrent('GRU', { shape: [3, 2] }), 'makes [3,2] of what a recurrent operator gives'],
    ['weights of other sizes', recurrent('LSTM', { units: 3 }), 'has weights [1,8,5] as its input 1, not [1,12,5]'],
    [
      'two functions where Keras has one',
      recurrent('LSTM', {
        attributes: [{ name: 'activations', type: 8, strings: ['Sigmoid', 'Tanh', 'Relu'].map((one) => new TextEncoder().encode(one)) }],
      }),
      'has the activations [Sigmoid,Tanh,Relu], with settings or of a kind that Keras does not have',
    ],
    [
      'an image as the result',
      onnx([node('Relu', ['x'], ['y'])]),
      'The model gives [3,4,4] for one sample; importOnnx takes models that give a list of numbers.',
    ],
    [
      'operators of a far future',
      onnx([node('Relu', ['x'], ['y'])], { version: 99 }),
      "version 99 of ONNX's operators; importOnnx knows 7 to 26",
    ],
    ['an output that nothing computes', onnx([]), 'its output is computed by none of its nodes'],
    [
      'whole numbers between layers',
      onnx([node('QuantizeLinear', ['x', 's'], ['y'])], { initializer: [floats('s', [], [1])] }),
      'rounds to whole numbers. Export the model as float32 and quantize it here.',
    ],
  ])('%s', async (_, bytes, message) => {
    await expect(importOnnx(bytes)).rejects.toThrow(message);
  });

  /** A recurrent operator of two units for 7 steps of 5 numbers; what it gives, the last step or all or the cells, is the result. */
  function recurrent(
    operator: string,
    { reads = 't', gives = 1, units = 2, state = 0, shape = [] as number[], attributes = [] as object[] } = {},
  ): Uint8Array {
    const width = 2 * { RNN: 1, GRU: 3, LSTM: 4 }[operator]!;
    const zeros = (name: string, ...shape: number[]) => floats(name, shape, new Array(shape.reduce((a, b) => a * b)).fill(0));
    const initializer = [zeros('w', 1, width, 5), zeros('r', 1, width, 2), zeros('b', 1, 2 * width), floats('h', [1, 1, 2], [state, 0])];
    const outputs = ['all', 'last', 'cells'].map((name, i) => (i === gives ? 'y0' : name));
    const whole = (name: string, numbers: number[]) =>
      ({ name, dims: [BigInt(numbers.length)], dataType: 7, int64Data: numbers.map(BigInt) }) as never;
    const constants = [...initializer, whole('a', [gives === 0 ? 1 : 0]), whole('lengths', shape)];
    const end =
      shape.length > 0
        ? [node('Reshape', ['y0', 'lengths'], ['y'])]
        : gives === 0
          ? [node('Squeeze', ['y0', 'a'], ['s']), node('Transpose', ['s'], ['y'], [ints('perm', 1, 0, 2)])]
          : [node('Squeeze', ['y0', 'a'], ['y'])];
    const nodes = [
      node('Transpose', ['x'], ['t'], [ints('perm', 1, 0, 2)]),
      node(operator, [reads, 'w', 'r', 'b', '', 'h'], outputs, [{ name: 'hidden_size', type: 2, i: BigInt(units) }, ...attributes]),
      ...end,
    ];
    return onnx(nodes, { input: [7, 5], initializer: constants });
  }

  function words(name: string, text: string) {
    return { name, type: 3, s: new TextEncoder().encode(text) };
  }

  function encodeExternal(): Uint8Array {
    const external = { ...kernel, floatData: [], dataLocation: 1 };
    return onnx([node('Conv', ['x', 'w'], ['y'])], { initializer: [external] });
  }

  it('takes free lengths from the options, and says what does not fit', async () => {
    const bytes = onnx([node('GlobalAveragePool', ['x'], ['p']), node('Flatten', ['p'], ['y'])], { input: [3, 0, 4] });
    const { model, features } = await importOnnx(bytes, { inputShape: [3, 5, 4] });
    expect(features.inputShape).toEqual([5, 4, 3]);
    model.dispose();
    await expect(importOnnx(bytes, { inputShape: [2, 5, 4] })).rejects.toThrow(
      'The input of the model is [3,?,4], which [2,5,4] does not fit.',
    );
  });

  it('reads weights that are stored as float16 and cast, more of them than a shape has', async () => {
    const half = { name: 'h', dims: [100n, 2n], dataType: 10, int32Data: new Array(200).fill(0x3800) }; // 0.5
    const nodes = [node('Cast', ['h'], ['w'], [{ name: 'to', type: 2, i: 1n }]), node('MatMul', ['x', 'w'], ['y'])];
    const { model, features } = await importOnnx(onnx(nodes, { input: [100], initializer: [half as never] }));
    expect([...(await tfjsOutputs(model, features, new Float32Array(100).fill(1)))]).toEqual([50, 50]);
    model.dispose();
  });

  it('does not change a layer that others read when it takes in a bias', async () => {
    const initializer = [floats('w', [2, 2], [1, 0, 0, 1]), floats('b', [2], [10, 20])];
    const nodes = [
      node('MatMul', ['x', 'w'], ['m']),
      node('Identity', ['m'], ['same']),
      node('Add', ['same', 'b'], ['a']),
      node('Concat', ['a', 'm'], ['y'], [{ name: 'axis', type: 2, i: 1n }]),
    ];
    const { model, features } = await importOnnx(onnx(nodes, { input: [2], initializer }));
    expect([...(await tfjsOutputs(model, features, Float32Array.of(1, 2)))]).toEqual([11, 22, 1, 2]);
    model.dispose();
  });
});
