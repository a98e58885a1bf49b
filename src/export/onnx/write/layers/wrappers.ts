import { twoDirections } from '../../../../inference/steps/bidirectional.ts';
import type { WriteLayer } from '../layer-context.ts';
import { nodeValue } from '../value.ts';
import { combination, concatenation } from './merge.ts';
import { recurrent } from './recurrent.ts';

/** `Bidirectional`: an operator for each direction, and what merges them. */
export const bidirectional: WriteLayer = (context) => {
  const { writer, layer } = context;
  const { kind, layers, merge, turnsSecond } = twoDirections(layer);
  const [first, second] = layers.map((one) => recurrent(kind)({ ...context, layer: one }));
  const inOrder = turnsSecond ? nodeValue(writer, turned(second.in('keras')), second.shape, 'keras') : second;
  const write = merge.kind === 'Concatenate' ? concatenation : combination;
  return write({ ...context, layer: merge, inputs: [first, inOrder] });

  function turned(input: string): string {
    const [length] = second.shape;
    const [start, end, axis, step] = [[-1], [-length - 1], [1], [-1]].map((numbers) => writer.integers(`${layer.name}/turn`, numbers));
    return writer.add('Slice', [input, start, end, axis, step], `${layer.name}/turned`);
  }
};

/** `TimeDistributed`: the moments of all samples become samples for the layer inside. @param writerOf finds how a class is written */
export function timeDistributed(writerOf: (kind: string) => WriteLayer | undefined): WriteLayer {
  return (context) => {
    const { writer, layer, inputs: [value] } = context; // biome-ignore format: one line
    const [length, ...shape] = value.shape;
    const inner = layer.inner(layer.name);
    const write = writerOf(inner.kind);
    if (!write || shape.length === 0) throw layer.unsupported(`has a layer of the class ${inner.kind} for the moments of [${value.shape}]`);
    const moments = writer.add(
      'Reshape',
      [value.in('keras'), writer.integers(`${layer.name}/moment`, [-1, ...shape])],
      `${layer.name}/moments`,
    );
    const result = write({ ...context, layer: inner, inputs: [nodeValue(writer, moments, shape, 'keras')] });
    const whole = [length, ...result.shape];
    const name = writer.add(
      'Reshape',
      [result.in('keras'), writer.integers(`${layer.name}/whole`, [-1, ...whole])],
      `${layer.name}/sequence`,
    );
    return nodeValue(writer, name, whole, 'keras');
  };
}
