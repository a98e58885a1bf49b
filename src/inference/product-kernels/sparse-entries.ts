import { countEntries } from '../../kernels/sparse-lists.ts';
import type { Product } from '../product.ts';

const counted = new WeakMap<Product, Readonly<Record<1 | 4, number>>>();

/** How many entries the lists of a product have, of single outputs and of four. Counted once for each product. */
export function entriesOf(product: Product): Readonly<Record<1 | 4, number>> {
  const entries = counted.get(product) ?? countEntries(product.weights, product.n);
  counted.set(product, entries);
  return entries;
}
