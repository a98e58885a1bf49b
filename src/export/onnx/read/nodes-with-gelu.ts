import type { GraphProto, NodeProto } from '../format/onnx_pb.ts';
import { createNode } from '../format/onnx-format.ts';
import { constantOf } from './constant.ts';

/**
 * The nodes of a graph with `x * 0.5 * (1 + erf(x / sqrt(2)))`, which PyTorch and tf2onnx write for a GELU before opset 20, as one node `Gelu`.
 * The factors may stand in any order.
 */
export function nodesWithGelu(graph: GraphProto): NodeProto[] {
  if (!graph.node.some(({ opType }) => opType === 'Erf')) return graph.node;
  const links = new Links(graph);
  const replaced = new Map<NodeProto, string>();
  const left = new Set<NodeProto>();
  for (const erf of graph.node) {
    const found = erf.opType === 'Erf' && geluOf(links, erf);
    if (!found) continue;
    replaced.set(found.end, found.input);
    for (const node of found.inner) left.add(node);
  }
  return graph.node.flatMap((node) => {
    const input = replaced.get(node);
    if (input === undefined) return left.has(node) ? [] : [node];
    return [createNode({ name: node.name, opType: 'Gelu', input: [input], output: node.output })];
  });
}

/** Where a GELU begins and ends; the nodes in between are read by nobody else. */
function geluOf(links: Links, erf: NodeProto): { input: string; end: NodeProto; inner: NodeProto[] } | undefined {
  const scaled = links.giver(erf.input[0]);
  if (!scaled || !links.isReadOnce(scaled)) return undefined;
  const divided = scaled.opType === 'Div' && isNear(links.number(scaled.input[1]), Math.SQRT2) ? scaled.input[0] : undefined;
  const input = divided ?? (scaled.opType === 'Mul' ? links.besideNumber(scaled, Math.SQRT1_2) : undefined);
  const raised = links.onlyReader(erf);
  const product = raised && links.onlyReader(raised);
  if (input === undefined || raised?.opType !== 'Add' || links.besideNumber(raised, 1) === undefined || product?.opType !== 'Mul')
    return undefined;
  const other = product.input.find((name) => name !== raised.output[0]);
  const halved = other === undefined ? undefined : links.giver(other);
  const inner = [scaled, erf, raised];
  if (halved?.opType === 'Mul' && links.besideNumber(halved, 0.5) === input && links.isReadOnce(halved))
    return { input, end: product, inner: [...inner, halved] };
  const end = links.onlyReader(product);
  if (end?.opType !== 'Mul') return undefined;
  const isHalfLast = other === input && links.besideNumber(end, 0.5) === product.output[0];
  const isHalfFirst = isNear(links.number(other), 0.5) && end.input.includes(input);
  return isHalfLast || isHalfFirst ? { input, end, inner: [...inner, product] } : undefined;
}

function isNear(value: number | undefined, wanted: number): boolean {
  return value !== undefined && Math.abs(value - wanted) < 1e-3 * wanted;
}

/** Which node gives a value and which read it. */
class Links {
  readonly #givers: ReadonlyMap<string, NodeProto>;
  readonly #readers = new Map<string, NodeProto[]>();
  readonly #constants: ReadonlyMap<string, GraphProto['initializer'][number]>;
  readonly #outputs: ReadonlySet<string>;

  constructor({ node, initializer, output }: GraphProto) {
    this.#givers = new Map(node.flatMap((one) => one.output.map((name) => [name, one])));
    for (const one of node) {
      for (const name of one.input) {
        const readers = this.#readers.get(name);
        if (readers) readers.push(one);
        else this.#readers.set(name, [one]);
      }
    }
    const constants = node.flatMap(({ opType, output, attribute }) => {
      const tensor = attribute.find(({ name }) => name === 'value')?.t;
      return opType === 'Constant' && tensor ? [[output[0], tensor] as const] : [];
    });
    this.#constants = new Map([...initializer.map((tensor) => [tensor.name, tensor] as const), ...constants]);
    this.#outputs = new Set(output.map(({ name }) => name));
  }

  giver(name: string): NodeProto | undefined {
    return this.#givers.get(name);
  }

  isReadOnce({ output: [name] }: NodeProto): boolean {
    return this.#readers.get(name)?.length === 1 && !this.#outputs.has(name);
  }

  onlyReader(node: NodeProto): NodeProto | undefined {
    return this.isReadOnce(node) ? this.#readers.get(node.output[0])?.[0] : undefined;
  }

  /** The one number that a constant holds. */
  number(name: string | undefined): number | undefined {
    const tensor = name === undefined ? undefined : this.#constants.get(name);
    const length = tensor?.dims.reduce((product, size) => product * Number(size), 1);
    return tensor && length === 1 ? constantOf(tensor).values[0] : undefined;
  }

  /** What a node combines with this number. */
  besideNumber({ input: [a, b] }: NodeProto, wanted: number): string | undefined {
    return isNear(this.number(b), wanted) ? a : isNear(this.number(a), wanted) ? b : undefined;
  }
}
