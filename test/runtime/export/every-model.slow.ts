import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { importTfjs, toTfjs } from '../../../src/export/index.ts';
import { catalogNets, randomInputs, shaken, tfjsOutputs } from './nets.ts';
import { expectRoundTrip } from './onnx-round-trip.ts';
import { expectTfjsRuns } from './tfjs-process.ts';

beforeAll(async () => void (await useBackend()));

it('writes every model of the catalogue so that tfjs alone loads it, in every precision', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dl-every-model-'));
  await expectTfjsRuns(folder, catalogNets);
  rmSync(folder, { recursive: true });
});

it.each(catalogNets.map((net) => [net.name, net] as const))('reads %s again, from ONNX and from tfjs', async (_, net) => {
  await expectRoundTrip(net);
  const model = await shaken(net.build());
  const inputs = randomInputs(net.features, 2);
  const imported = await importTfjs(await toTfjs(model, net));
  expect(await tfjsOutputs(imported.model, net.features, inputs)).toEqual(await tfjsOutputs(model, net.features, inputs));
});
