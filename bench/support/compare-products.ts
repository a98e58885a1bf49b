import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../../src/core/nearest.ts';
import { hasRelaxedSimd } from '../../test/support/has-relaxed-simd.ts';
import { nodeOf } from '../../test/support/node-of.ts';
import { productCases } from '../products/product-cases.ts';
import type { Report } from './report.ts';

const program = fileURLToPath(new URL('products-program.ts', import.meta.url));

/**
 * Each case of `bench/products/` beside its peer, for both builds of the kernels: without relaxed SIMD in this Node, with it in this one
 * or, where it has none, in Node 24, which npm fetches.
 * @param families names of files there. @default all
 */
export async function compareProducts(report: Report, families: readonly string[]): Promise<void> {
  const known = Object.keys(productCases);
  const unknown = families.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`There are no products ${unknown}.${didYouMean(unknown, known)} Families: ${known.join(', ')}.`);
  const chosen = families.length > 0 ? families : known;
  await measureIn(process.execPath, ['simd', ...chosen], report);
  await measureIn(hasRelaxedSimd() ? process.execPath : nodeOf(24), ['relaxed-simd', ...chosen], report);
}

async function measureIn(node: string, args: readonly string[], report: Report): Promise<void> {
  const child = spawn(node, ['--import', import.meta.resolve('tsx'), program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) report.add(JSON.parse(line));
  const code = await ended;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}.`);
}
