import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isCompiled } from '../../src/backend/native-kernels/kernel-library.ts';
import type { Report } from './report.ts';

const megabyte = 2 ** 20;

/** The size of a process that trains for 50 epochs: what an epoch leaves behind would be there 45 times. */
export function measureMemory(report: Report): void {
  for (const backend of isCompiled() ? ['wasm', 'native'] : ['wasm']) {
    const program = fileURLToPath(new URL('memory-program.ts', import.meta.url));
    const words = ['--expose-gc', '--import', import.meta.resolve('tsx'), program];
    const env = { ...process.env, DL_BACKEND: backend };
    const { early, late } = JSON.parse(execFileSync(process.execPath, words, { env, encoding: 'utf8' })) as Record<string, number>;
    report.add({
      case: `lenet5, ${backend}, 50 epochs of 512 images`,
      metric: 'resident MB after epoch 50',
      ours: late / megabyte,
      higherIsBetter: false,
      peer: { name: 'after epoch 5', value: early / megabyte },
      targetRatio: 0.95,
    });
  }
}
