import fc from 'fast-check';
import { type WindowShape, windowShape } from '../../../src/kernels/index.ts';

const side = fc.integer({ min: 1, max: 9 });
const filterSide = fc.integer({ min: 1, max: 5 });
const stride = fc.integer({ min: 1, max: 3 });
const pad = fc.integer({ min: 0, max: 2 });

/** Small windows of every kind: strides 1 to 3, all paddings, odd sizes and channel counts. */
export function windowShapes(channels: fc.Arbitrary<{ inChannels: number; outChannels: number }>): fc.Arbitrary<WindowShape> {
  return fc
    .record({
      batch: fc.constantFrom(1, 2, 3, 5),
      height: side,
      width: side,
      filter: fc.tuple(filterSide, filterSide),
      strides: fc.tuple(stride, stride),
      padding: fc.oneof(fc.constantFrom('valid' as const, 'same' as const), fc.record({ top: pad, bottom: pad, left: pad, right: pad })),
      channels,
    })
    .filter(({ height, width, filter, padding }) => {
      if (padding === 'same') return true;
      const pads = padding === 'valid' ? { top: 0, bottom: 0, left: 0, right: 0 } : padding;
      return height + pads.top + pads.bottom >= filter[0] && width + pads.left + pads.right >= filter[1];
    })
    .map(({ batch, height, width, channels: { inChannels, outChannels }, ...rest }) =>
      windowShape({ ...rest, input: [batch, height, width, inChannels], outChannels }),
    );
}
