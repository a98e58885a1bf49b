// Chooses the backend twice, computes something and prints both as JSON; a DlError is printed as its code and message.
import { matMul, tensor2d } from '@tensorflow/tfjs-core';
import { useBackend } from '../../../../src/backend/use-backend.ts';
import { DlError } from '../../../../src/core/errors.ts';

try {
  const [first, second] = await Promise.all([useBackend(), useBackend()]);
  const product = matMul(tensor2d([[1, 2]]), tensor2d([[3], [4]]));
  const { name, threads, faster } = first;
  const listeners = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
  console.log(
    JSON.stringify({ name, threads, faster, text: first.describe(), same: first === second, product: product.dataSync()[0], listeners }),
  );
} catch (error) {
  if (!(error instanceof DlError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
}
