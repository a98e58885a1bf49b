import { crc32, deflateSync } from 'node:zlib';

/** PNG's colour type by the number of channels: grey, grey and alpha, red-green-blue, with alpha. */
const colorTypes = [undefined, 0, 4, 2, 6];
const signature = Buffer.of(137, 80, 78, 71, 13, 10, 26, 10);

/**
 * Packs pixels as a PNG file (W3C Portable Network Graphics, 8 bits a channel, no filter), for reports and logs.
 * @param pixels `[height, width, channels]`, 0 to 255, row after row; 1 to 4 channels
 */
export function encodePng(pixels: Uint8Array, [height, width, channels]: readonly [number, number, number]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = colorTypes[channels] ?? 0;
  const stride = width * channels;
  const rows = Buffer.alloc(height * (stride + 1)); // each row begins with the number of its filter: 0
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
