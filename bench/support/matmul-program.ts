// Answers each line with the GFLOP/s of our own float32 matrix product.
import { useBackend } from '../../src/backend/use-backend.ts';
import { measureMatmulRate } from '../kernels.ts';
import { answerMeasurements } from './measuring-process.ts';

await useBackend();
await answerMeasurements(async () => measureMatmulRate());
