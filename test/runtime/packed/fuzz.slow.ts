import { it } from 'vitest';
import { readMutatedFiles } from './mutated-files.ts';

it('reads or clearly refuses 10,000 damaged files', () => readMutatedFiles(10_000));
