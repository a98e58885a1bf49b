/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants = new Int32Array(64);
/** First 32 bits of the fractional parts of the square roots of the first 8 primes. */
const initialState = new Int32Array(8);
for (let candidate = 2, found = 0; found < 64; candidate++) {
  let prime = true;
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) prime &&= candidate % divisor !== 0;
  if (!prime) continue;
  if (found < 8) initialState[found] = (candidate ** (1 / 2) % 1) * 2 ** 32;
  roundConstants[found++] = (candidate ** (1 / 3) % 1) * 2 ** 32;
}

/** The one function of `node:crypto` that is used; what stands in for Node on the edge may lack it. */
interface NodeCrypto {
  hash?(algorithm: 'sha256', bytes: Uint8Array, encoding: DigestEncoding): string;
}

export type DigestEncoding = 'hex' | 'base64url';

/**
 * SHA-256 (NIST FIPS 180-4) as 64 hexadecimal digits, or 43 letters. Synchronous and the same everywhere: `crypto.subtle` is asynchronous,
 * and absent on pages without https. In Node it is Node's, which uses the processor's instructions.
 */
export function sha256(bytes: Uint8Array, encoding: DigestEncoding = 'hex'): string {
  return findNodeCrypto()?.hash?.('sha256', bytes, encoding) ?? plainSha256(bytes, encoding);
}

/** Node loads its module for it in 4 ms. To be called where something else is waited for, that the first digest need not. */
export function prepareSha256(): void {
  findNodeCrypto();
}

/** Without importing it, so that a bundle for the browser holds nothing of it. */
function findNodeCrypto(): NodeCrypto | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.('node:crypto') as NodeCrypto | undefined;
}

/** The same in JavaScript alone. */
export function plainSha256(bytes: Uint8Array, encoding: DigestEncoding = 'hex'): string {
  const state = initialState.slice();
  const schedule = new Int32Array(64);
  const wholeBytes = bytes.length & ~63;
  mixBlocks(state, schedule, bytes, wholeBytes);
  const rest = bytes.subarray(wholeBytes);
  const tail = new Uint8Array(rest.length < 56 ? 64 : 128);
  tail.set(rest);
  tail[rest.length] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n);
  mixBlocks(state, schedule, tail, tail.length);
  const digest = Array.from(state, (word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]).flat();
  if (encoding === 'hex') return digest.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 43);
}

/** Blocks of 64 bytes, one after the other. Everything stays a signed integer of 32 bits, which engines keep in registers. */
function mixBlocks(state: Int32Array, w: Int32Array, bytes: Uint8Array, length: number): void {
  for (let at = 0; at < length; at += 64) {
    for (let i = 0, byte = at; i < 16; i++, byte += 4) {
      w[i] = (bytes[byte] << 24) | (bytes[byte + 1] << 16) | (bytes[byte + 2] << 8) | bytes[byte + 3];
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (((w[i - 16] + small0) | 0) + ((w[i - 7] + small1) | 0)) | 0;
    }
    mixBlock(state, w);
  }
}

function mixBlock(state: Int32Array, w: Int32Array): void {
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i++) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const sum1 = (((((h + big1) | 0) + ((e & f) ^ (~e & g))) | 0) + ((roundConstants[i] + w[i]) | 0)) | 0;
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const sum0 = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + sum1) | 0;
    d = c;
    c = b;
    b = a;
    a = (sum1 + sum0) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}
