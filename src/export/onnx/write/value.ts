import type { GraphWriter } from './graph-writer.ts';

/** How a value's numbers lie: as in Keras (`[batch, height, width, channels]`), or with the channels first as ONNX's operators want them. */
export type Order = 'keras' | 'channelsFirst';

/**
 * What a layer gives, in the orders in which others read it: the nodes that change the order are only added where somebody needs them, and
 * once. A flattened image has both orders too: dense layers read it channels first and have the rows of their kernel moved instead.
 */
export class Value {
  /** As in Keras, without the batch axis. */
  readonly shape: readonly number[];
  /** The order in which it is computed. */
  readonly order: Order;
  /** The image `[height, width, channels]` that was flattened, where its pixels and channels can be in another order. */
  readonly image: readonly number[] | undefined;
  readonly #make: Readonly<Record<Order, () => string>>;
  readonly #names = new Map<Order, string>();

  constructor(shape: readonly number[], order: Order, make: Readonly<Record<Order, () => string>>, image?: readonly number[]) {
    this.shape = shape;
    this.order = order;
    this.image = image;
    this.#make = make;
  }

  /** The name of the value in this order. */
  in(order: Order): string {
    const known = this.#names.get(order);
    if (known !== undefined) return known;
    const name = this.#make[order]();
    this.#names.set(order, name);
    return name;
  }
}

/** A value that a node gives in this order; images are transposed for those that read the other one. */
export function nodeValue(writer: GraphWriter, name: string, shape: readonly number[], order: Order): Value {
  const own = () => name;
  if (shape.length !== 3) return new Value(shape, 'keras', { keras: own, channelsFirst: own });
  const transposed = (perm: readonly number[]) => () => writer.add('Transpose', [name], `${name}/transpose`, { perm });
  return order === 'keras'
    ? new Value(shape, order, { keras: own, channelsFirst: transposed([0, 3, 1, 2]) })
    : new Value(shape, order, { keras: transposed([0, 2, 3, 1]), channelsFirst: own });
}

/** The values of an image in one row. */
export function flattened(writer: GraphWriter, value: Value, name: string): Value {
  const flatten = (order: Order) => () => writer.add('Flatten', [value.in(order)], name, { axis: 1 });
  const length = value.shape.reduce((product, size) => product * size, 1);
  const isImage = value.shape.length === 3 && value.shape[0] * value.shape[1] > 1 && value.shape[2] > 1;
  return new Value(
    [length],
    value.order,
    { keras: flatten('keras'), channelsFirst: flatten('channelsFirst') },
    isImage ? value.shape : undefined,
  );
}
