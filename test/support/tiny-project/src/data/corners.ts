import { defineDataset, ImageDataset } from 'dl-project/data';

/** 4x4 images whose one bright quarter is the class: learned in a second. */
export const corners = defineDataset({
  name: 'corners',
  defaults: { images: 128 },
  load: ({ images }) => ({ train: draw(images), test: async () => draw(32) }),
});

function draw(count: number): ImageDataset {
  const pixels = new Uint8Array(count * 16);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % 4;
    const top = labels[i] < 2 ? 0 : 2;
    const left = labels[i] % 2 === 0 ? 0 : 2;
    for (const y of [top, top + 1]) for (const x of [left, left + 1]) pixels[i * 16 + y * 4 + x] = 100 + ((i * 37 + x * 11 + y * 7) % 156);
  }
  return new ImageDataset({ pixels, labels, shape: [4, 4, 1], classNames: ['top left', 'top right', 'bottom left', 'bottom right'] });
}
