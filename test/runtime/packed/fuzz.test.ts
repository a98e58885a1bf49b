import { it } from 'vitest';
import { readMutatedFiles } from './mutated-files.ts';

it('reads or clearly refuses 500 damaged files', () => readMutatedFiles(500));
