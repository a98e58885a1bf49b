import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../../src/backend/use-backend.ts';
import { compressModel } from '../../../../src/compression/compress-model.ts';
import type { CompressionResult } from '../../../../src/compression/compression-result.ts';
import { fineTune } from '../../../../src/compression/fine-tune.ts';
import { pipeline } from '../../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../../src/compression/prune-units.ts';
import { pruneWeights } from '../../../../src/compression/prune-weights.ts';
import { recordCompression } from '../../../../src/reporting/record-compression.ts';
import { data, features, smallConvNet, training } from '../../compression/small-nets.ts';

const root = mkdtempSync(join(tmpdir(), 'dl-recipe-report-'));
const folder = join(root, 'runs', 'net', 'a');
const printed: string[] = [];
const run = {
  id: '2026-11-26-1500-xmaf',
  root,
  folder,
  config: { name: '<b>digits</b>', seed: 3, model: { name: 'net' }, data: { name: 'bars' } },
  path: (...parts: string[]) => join(folder, ...parts),
  shown: (path: string) => path.slice(root.length + 1),
  print: (text: string) => void printed.push(text),
};
let model: LayersModel;
let result: CompressionResult;
const read = (file: string) => readFileSync(join(folder, 'small', file), 'utf8');

beforeAll(async () => {
  await useBackend();
  model = smallConvNet();
  const recipe = pipeline([pruneUnits({ ratio: 0.5 }), fineTune({ epochs: 1 }), pruneWeights({ keep: 0.3 })]);
  result = await compressModel({ model, features }, recipe, { ...training, data, file: join(folder, 'small', 'model.safetensors') });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ license: 'MIT' }));
  mkdirSync(join(folder, 'sensitivity'));
  const table = {
    technique: 'pruneWeights',
    about: 'share of it',
    levels: [0.5],
    metric: 'val_accuracy',
    higherIsBetter: true,
    trained: 0.9,
    samples: 9,
    layers: [{ layer: 'conv1', values: [0.8] }],
  };
  writeFileSync(join(folder, 'sensitivity', 'pruneWeights.json'), JSON.stringify({ table }));
  recordCompression(run as never, result);
});
afterAll(() => {
  result.model.dispose();
  model.dispose();
  rmSync(root, { recursive: true });
});

describe('report.html of a recipe', () => {
  it('has every step, every layer in every stage, the times, and sensitivities that were measured', () => {
    const page = read('report.html');
    for (const { step } of result.rows) expect(page).toContain(`>${step}</th>`);
    for (const { layer, form } of result.layers) expect(page).toMatch(new RegExp(`<th scope="row">${layer}</th>.*<td>${form}</td></tr>`));
    expect(page.match(/<rect class="part/g)!.length).toBe(2 * 3 * 5);
    expect(page).toContain('engine, compressed');
    expect(page).toContain('conv1: bears none of it');
    expect(printed.at(-1)).toContain('runs/net/a/small/report.html, and MODEL.md beside it');
  });

  it('loads nothing, and names of the project are no HTML', () => {
    const page = read('report.html');
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('&lt;b&gt;digits&lt;/b&gt;: small');
    expect(page).not.toMatch(/<script|<link|https?:|<b>digits/);
  });
});

describe('MODEL.md', () => {
  it('says what the model is, how good, what was done to it, its licence and how to load it', () => {
    const card = read('MODEL.md');
    expect(card).toContain('| model | net, trained on bars, made small by the recipe small |');
    expect(card).toContain('| output | one of the classes upright, lying, diagonal |');
    expect(card).toContain('| training | run 2026-11-26-1500-xmaf, seed 3 |');
    expect(card).toContain('| licence | MIT |');
    expect(card).toMatch(/\| test accuracy \| \d+\.\d % \| \d+\.\d % \|/);
    expect(card).toContain('- `pruneUnits({"ratio":0.5})`\n- `fineTune({"epochs":1})`\n- `pruneWeights({"keep":0.3})`');
    expect(card).toContain("await loadModel('model.safetensors');");
  });
});
