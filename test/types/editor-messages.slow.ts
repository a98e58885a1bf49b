import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTinyProject, type TinyProject } from '../support/tiny-project.ts';

/** What the editor says of a config.ts: the part after `defineConfig<Project>({ name, data, model, training` that is wrong. */
const mistakes = [
  ["data: { name: 'cornes' }", `Type '"cornes"' is not assignable to type '"corners"'.`],
  ["data: { name: 'corners', batchSiz: 16 }", "Did you mean to write 'batchSize'?"],
  ["model: { name: 'lenet5' }", `Type '"lenet5"' is not assignable to type '"tiny" | "mlp"'.`],
  ["model: { name: 'tiny', unit: 8 }", "Did you mean to write 'units'?"],
  ["model: { name: 'tiny', hidden: [8] }", "'hidden' does not exist in type"],
  ["model: { name: 'tiny', units: '8' }", "Type 'string' is not assignable to type 'number'."],
  ['training: { ...training, epoch: 3 }', "Did you mean to write 'epochs'?"],
  ["training: { ...training, loss: 'meanSquareError' }", `Did you mean '"meanSquaredError"'?`],
  ["training: { ...training, metrics: ['acuracy'] }", `Did you mean '"accuracy"'?`],
  ["training: { ...training, optimizer: { name: 'adm' } }", `Did you mean '"adam"'?`],
  ["training: { ...training, optimizer: { name: 'adam', learningRat: 0.1 } }", "Did you mean to write 'learningRate'?"],
  ["training: { ...training, monitor: 'val_acc' }", `is not assignable to type '"loss" | "val_loss" | `],
  ['callbacks: { earlyStoping: {} }', "Did you mean to write 'earlyStopping'?"],
  ['callbacks: { earlyStopping: { patience: 3 } }', "'patience' does not exist in type"],
] as const;

/** What it says of an experiment: the changes after `defineExperiment<Project>(`. */
const experimentMistakes = [
  ['{ training: { epoch: 3 } }', "Did you mean to write 'epochs'?"],
  ['{ trainin: { epochs: 3 } }', "Did you mean to write 'training'?"],
  ["{ data: { name: 'cornes' } }", `Type '"cornes"' is not assignable to type '"corners"`],
  ['{ data: { image: 3 } }', "Did you mean to write 'images'?"],
  ['{ model: { unit: 3 } }', "'unit' does not exist in type"],
  ["{ model: { name: 'mlp', units: 3 } }", "'units' does not exist in type"],
  ["{ model: { units: '8' } }", "Type 'string' is not assignable to type 'number'."],
  ["{ training: { loss: 'meanSquareError' } }", `Did you mean '"meanSquaredError"'?`],
  ['{ training: { optimizer: { learningRat: 0.1 } } }', "'learningRat' does not exist in type"],
  ['{ callbacks: { earlyStoping: {} } }', "Did you mean to write 'earlyStopping'?"],
] as const;

let project: TinyProject;
let messages: Map<string, string[]>;
beforeAll(() => {
  project = makeTinyProject();
  for (const [i, [mistake]] of mistakes.entries()) writeFileSync(join(project.root, `src/mistake${i}.ts`), configWith(mistake));
  for (const [i, [mistake]] of experimentMistakes.entries())
    writeFileSync(join(project.root, `experiments/mistake${i}.ts`), experimentWith(mistake));
  messages = typeCheck(project.root);
}, 120_000);
afterAll(() => project.remove());

it('the scripts of a generated project compile', () => {
  expect([...messages].filter(([file]) => !file.includes('/mistake'))).toEqual([]);
});

const all = [
  ...mistakes.map(([mistake, message], i) => [mistake, message, `src/mistake${i}.ts`] as const),
  ...experimentMistakes.map(([mistake, message], i) => [mistake, message, `experiments/mistake${i}.ts`] as const),
];
it.each(all)('%s is told in readable words', (_, message, file) => {
  const found = messages.get(join(project.root, file)) ?? [];
  expect(found).toHaveLength(1);
  expect(found[0].length).toBeLessThan(500);
  expect(found[0]).toContain(message);
});

function configWith(mistake: string): string {
  const key = mistake.slice(0, mistake.indexOf(':'));
  const settings = {
    name: "name: 'x'",
    data: "data: { name: 'corners' }",
    model: "model: { name: 'tiny' }",
    training: 'training: { ...training }',
    [key]: mistake,
  };
  return `import { defineConfig } from 'dl-project/config';
import type { Project } from './project.ts';
const training = { epochs: 3, loss: 'meanSquaredError', optimizer: 'adam' } as const;
export default defineConfig<Project>({ ${Object.values(settings).join(', ')} });\n`;
}

function experimentWith(mistake: string): string {
  return `import { defineExperiment } from 'dl-project/config';
import type { Project } from '../src/project.ts';
export default defineExperiment<Project>(${mistake});\n`;
}

/** The first line of every error, by file. */
function typeCheck(root: string): Map<string, string[]> {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.json'), {}, host)!;
  const program = ts.createProgram(fileNames, options);
  const found = new Map<string, string[]>();
  for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
    const message = typeof messageText === 'string' ? messageText : messageText.messageText;
    const name = file?.fileName ?? '';
    found.set(name, [...(found.get(name) ?? []), message]);
  }
  return found;
}
