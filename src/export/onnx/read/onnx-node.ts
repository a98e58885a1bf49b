import { DlError } from '../../../core/errors.ts';
import { attributeTypes } from '../format/element-types.ts';
import type { AttributeProto, NodeProto } from '../format/onnx_pb.ts';
import type { ChannelGroups } from './channel-groups.ts';
import { type Constant, constantOf, isConstant } from './constant.ts';
import type { GroupRows } from './group-rows.ts';
import { ImportedValue } from './imported-value.ts';
import type { RecurrentValue } from './recurrent-values.ts';

/** What a node gives: a value of the model, or numbers that are known already. */
export type Result = ImportedValue | ChannelGroups | GroupRows | RecurrentValue | Constant;

/** What to do about an operator that becomes no layer. */
export const leaveOut =
  'importOnnx makes no layers of that: export the model without this part, or its Keras twin for tfjs (importTfjs). docs/export.md lists what it reads.';

/** A node of an ONNX graph from a file that may be damaged: every access is checked. */
export class OnnxNode {
  /** `Conv` */
  readonly operator: string;
  /** As the file calls it; '' where it has no name. */
  readonly name: string;
  /** Names of what it reads; '' for inputs that are left out. */
  readonly inputs: readonly string[];
  /** Names of what it gives. */
  readonly outputs: readonly string[];
  /** The version of ONNX's operators. */
  readonly opset: number;
  readonly #attributes: ReadonlyMap<string, AttributeProto>;
  #read: readonly (Result | undefined)[] = [];

  constructor(node: NodeProto, opset: number) {
    this.operator = node.opType;
    this.name = node.name;
    this.inputs = node.input;
    this.outputs = node.output;
    this.opset = opset;
    this.#attributes = new Map(node.attribute.map((attribute) => [attribute.name, attribute]));
    if (node.domain !== '' && node.domain !== 'ai.onnx') throw this.refused(`is of the domain ${JSON.stringify(node.domain.slice(0, 60))}`);
  }

  /** Connects it with what it reads. */
  connect(results: readonly (Result | undefined)[]): void {
    this.#read = results;
  }

  /** What input number `index` is; undefined where it is left out. */
  input(index: number): Result | undefined {
    return this.#read[index];
  }

  get inputCount(): number {
    return this.#read.length;
  }

  /** An input that the model computes. */
  value(index: number): ImportedValue {
    const result = this.#read[index];
    if (result instanceof ImportedValue) return result;
    if (!result) throw this.damaged(`has no input ${index}`);
    if (isConstant(result)) throw this.refused(`reads a constant as its input ${index}`);
    throw this.refused('reads groups of channels, or steps that come before the samples, of which Keras has no axes');
  }

  /** All inputs, which the model computes. */
  values(): ImportedValue[] {
    if (this.#read.length === 0) throw this.damaged('has no inputs');
    return this.#read.map((_, index) => this.value(index));
  }

  /** An input whose numbers are in the file. */
  constant(index: number): Constant {
    const constant = this.optionalConstant(index);
    if (!constant) throw this.damaged(`has no input ${index}`);
    return constant;
  }

  optionalConstant(index: number): Constant | undefined {
    const result = this.#read[index];
    if (result === undefined || isConstant(result)) return result;
    throw this.refused(`computes its input ${index} (${this.inputs[index]?.slice(0, 60)}), which must be a constant`);
  }

  int(key: string, fallback: number): number {
    const attribute = this.#attribute(key, attributeTypes.int);
    return attribute ? Number(attribute.i) : fallback;
  }

  float(key: string, fallback: number): number {
    const attribute = this.#attribute(key, attributeTypes.float);
    return attribute ? attribute.f : fallback;
  }

  string(key: string, fallback: string): string {
    const attribute = this.#attribute(key, attributeTypes.string);
    return attribute ? new TextDecoder().decode(attribute.s) : fallback;
  }

  /** Undefined where the attribute is not there. */
  ints(key: string): number[] | undefined {
    return this.#attribute(key, attributeTypes.ints)?.ints.map(Number);
  }

  strings(key: string): string[] | undefined {
    return this.#attribute(key, attributeTypes.strings)?.strings.map((bytes) => new TextDecoder().decode(bytes));
  }

  floats(key: string): number[] | undefined {
    return this.#attribute(key, attributeTypes.floats)?.floats;
  }

  tensor(key: string): Constant | undefined {
    const attribute = this.#attribute(key, attributeTypes.tensor);
    return attribute?.t && constantOf(attribute.t);
  }

  has(key: string): boolean {
    return this.#attributes.has(key);
  }

  /** Two whole numbers of at least `least`: height and width. @param isSignal whether the file has one, of a signal: it has one row */
  pair(key: string, fallback: readonly [number, number], least = 1, isSignal = false): readonly [number, number] {
    const own = this.ints(key);
    const value = isSignal && own?.length === 1 ? [least, ...own] : (own ?? fallback);
    const isSound = value.length === 2 && value.every((one) => Number.isSafeInteger(one) && one >= least && one < 2 ** 16);
    if (!isSound) throw this.refused(`has ${key} [${value.slice(0, 8)}], not two numbers for an image`);
    return value as unknown as readonly [number, number];
  }

  #attribute(key: string, type: number): AttributeProto | undefined {
    const attribute = this.#attributes.get(key);
    // Files before IR version 3 may leave the type away.
    if (attribute && attribute.type !== type && attribute.type !== 0)
      throw this.damaged(`has the attribute ${key} of the type ${attribute.type}`);
    return attribute;
  }

  damaged(what: string): DlError {
    return new DlError('file', `Not a sound ONNX file: The ONNX operator ${this.shown} ${what}.`);
  }

  /** @param instead what can be done, as a sentence. @default to leave it out */
  refused(what: string, instead = leaveOut): DlError {
    return new DlError('refused', `The ONNX operator ${this.shown} ${what}. ${instead}`);
  }

  /** `Conv (node "conv1")` */
  get shown(): string {
    return `${this.operator.slice(0, 60)} (node ${JSON.stringify((this.name || this.outputs[0] || '').slice(0, 80))})`;
  }
}
