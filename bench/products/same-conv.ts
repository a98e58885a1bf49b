import type { ProductShape } from '../../test/contracts/drawn-products.ts';

/** A convolution of square images whose results are as large as they are. */
export const sameConv = (side: number, channels: number, size: number, filters: number): ProductShape => ({
  image: [side, side, channels],
  filter: [size, size],
  filters,
  padding: 'same',
});
