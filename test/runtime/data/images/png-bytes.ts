import { crc32, deflateSync } from 'node:zlib';

const colorTypes = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

/** The bytes of a PNG file with these samples, row after row; `bits` is 8 or 16 (big-endian pairs). A palette is red, green, blue by turns. */
export function pngBytes(
  width: number,
  height: number,
  kind: keyof typeof colorTypes,
  samples: ArrayLike<number>,
  bits = 8,
  palette: readonly number[] = [],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bits;
  header[9] = colorTypes[kind];
  const bytes = Buffer.from(Uint8Array.from(samples));
  const stride = bytes.length / height;
  const rows = Array.from({ length: height }, (_, y) => Buffer.concat([Buffer.of(0), bytes.subarray(y * stride, (y + 1) * stride)]));
  const signature = Buffer.of(137, 80, 78, 71, 13, 10, 26, 10);
  const colors = kind === 'palette' ? [chunk('PLTE', Buffer.from(palette))] : [];
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...colors,
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
