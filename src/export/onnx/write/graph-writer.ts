import { bytesOf } from '../../../packed/part-reader.ts';
import { attributeTypes, elementTypes } from '../format/element-types.ts';
import type { OnnxModel } from '../format/onnx-format.ts';

type Graph = NonNullable<OnnxModel['graph']>;
type Node = NonNullable<Graph['node']>[number];
type Tensor = NonNullable<Graph['initializer']>[number];

/** An attribute of a node: a number is an int, as most are. */
export type Attribute = number | readonly number[] | string | readonly string[] | { readonly float: number };

/** What a constant holds; its type in the file follows. */
export type ConstantValues = Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array;

/** Collects the nodes and constants of a graph; every value gets a name of its own. */
export class GraphWriter {
  readonly nodes: Node[] = [];
  readonly initializers: Tensor[] = [];
  readonly #names = new Set<string>();

  /** A name that nothing has yet: this one, or with a number behind it. */
  uniqueName(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#names.has(name); i++) name = `${wanted}_${i}`;
    this.#names.add(name);
    return name;
  }

  /**
   * Adds a node; `inputs` are names of values, '' for one that is left out.
   * @param name of the node and of what it gives; made unique
   * @returns the name of what it gives
   */
  add(operator: string, inputs: readonly string[], name: string, attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = this.uniqueName(name);
    this.nodes.push({
      name: output,
      opType: operator,
      input: [...inputs],
      output: [output],
      attribute: Object.entries(attributes).map(([key, value]) => ({ name: key, ...attributeValue(value) })),
    });
    return output;
  }

  /** Adds numbers that are part of the model. @returns their name */
  constant(name: string, values: ConstantValues, shape: readonly number[] = [values.length]): string {
    const unique = this.uniqueName(name);
    this.initializers.push({
      name: unique,
      dims: shape.map(BigInt),
      dataType: typeOf(values),
      rawData: bytesOf(values) as Uint8Array<ArrayBuffer>,
    });
    return unique;
  }

  /** One number, without axes. */
  scalar(name: string, value: number): string {
    return this.constant(name, Float32Array.of(value), []);
  }

  /** Whole numbers: axes, lengths of a shape. */
  integers(name: string, values: readonly number[]): string {
    return this.constant(name, BigInt64Array.from(values, BigInt));
  }
}

function attributeValue(value: Attribute) {
  if (typeof value === 'string') return { type: attributeTypes.string, s: new TextEncoder().encode(value) };
  if (typeof value === 'number') return { type: attributeTypes.int, i: BigInt(value) };
  if (isTexts(value)) return { type: attributeTypes.strings, strings: value.map((text) => new TextEncoder().encode(text)) };
  if ('float' in value) return { type: attributeTypes.float, f: value.float };
  return { type: attributeTypes.ints, ints: value.map(BigInt) };
}

function isTexts(value: object): value is readonly string[] {
  return Array.isArray(value) && typeof value[0] === 'string';
}

function typeOf(values: ConstantValues): number {
  if (values instanceof Float32Array) return elementTypes.float;
  if (values instanceof Int8Array) return elementTypes.int8;
  if (values instanceof Uint8Array) return elementTypes.uint8;
  return values instanceof Int32Array ? elementTypes.int32 : elementTypes.int64;
}
