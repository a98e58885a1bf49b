const startOfScan = 0xda;
const endOfImage = Buffer.of(0xff, 0xd9);

/**
 * Whether a JPEG file lacks its end: decoders fill the rest with grey and say nothing.
 * Looked for after the main image's header, since a thumbnail inside it has an end of its own; what follows the end does not matter.
 */
export function isCutOffJpeg(bytes: Buffer): boolean {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    if (bytes[at + 1] === startOfScan) return bytes.indexOf(endOfImage, at) < 0;
    if (bytes[at + 1] === 0xff)
      at++; // a fill byte
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return at + 4 > bytes.length; // else its header is damaged: the decoder says how
}
