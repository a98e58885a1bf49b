import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stateFromJson, stateToJson } from '../../src/checkpoint/state-json.ts';
import type { Features } from '../../src/data/features.ts';
import { builtinMetrics } from '../../src/metrics/index.ts';
import { kebabCase } from './kebab-case.ts';

const preprocessing = { kind: 'scale', scale: 1, offset: 0 } as const;
const classes: Features = { task: 'classification', inputShape: [1], outputs: 6, outputNames: [...'abcdef'], preprocessing };
const binary: Features = { ...classes, outputs: 2, outputNames: ['no', 'yes'] };
const numbers: Features = { task: 'regression', inputShape: [1], outputs: 1, outputNames: ['x'], preprocessing };

describe.each(builtinMetrics)('metric $name', (definition) => {
  const metric = definition.create(definition.defaults as never);
  const features = [classes, binary, numbers].find(judges)!;

  function judges(candidate: Features): boolean {
    try {
      metric.accumulator(candidate);
      return true;
    } catch {
      return false;
    }
  }

  function update(accumulator: ReturnType<typeof metric.accumulator>, right: boolean) {
    if (features === numbers) return accumulator.update(Float32Array.of(1, 2), right ? Float32Array.of(1, 2) : Float32Array.of(4, -3), 2);
    const { outputs } = features;
    const targets = Int32Array.from({ length: outputs }, (_, i) => (i + 2) % outputs);
    const rows = Array.from(targets, (target) => oneHot(right ? target : (target + 1) % outputs, outputs));
    accumulator.update(targets, Float32Array.from(rows.flat()), outputs);
  }

  test('is named like its file and its log key, and its options survive JSON', () => {
    expect(existsSync(new URL(`../../src/metrics/${kebabCase(definition.name)}.ts`, import.meta.url))).toBe(true);
    expect(metric.name).toBe(definition.name);
    expect(JSON.parse(JSON.stringify(definition.defaults))).toEqual(definition.defaults);
  });

  test('is NaN before anything came and after a reset', () => {
    const accumulator = metric.accumulator(features);
    expect(accumulator.result()).toBeNaN();
    update(accumulator, true);
    accumulator.reset();
    expect(accumulator.result()).toBeNaN();
  });

  test('prefers right answers to wrong ones', () => {
    const good = metric.accumulator(features);
    const bad = metric.accumulator(features);
    update(good, true);
    update(bad, false);
    const sign = metric.higherIsBetter ? 1 : -1;
    expect(sign * good.result()).toBeGreaterThan(sign * bad.result());
  });

  test('goes on from its saved state as if it had not been interrupted', () => {
    const [whole, first, second] = [metric.accumulator(features), metric.accumulator(features), metric.accumulator(features)];
    for (const accumulator of [whole, first]) update(accumulator, false);
    second.loadStateDict?.(saved(first.stateDict?.()));
    for (const accumulator of [whole, second]) update(accumulator, true);
    expect(second.result()).toBe(whole.result());
  });

  test('refuses data of the other task and names what to use', () => {
    expect(() => metric.accumulator(features === classes ? numbers : classes)).toThrow(/this data has .* Use /);
  });
});

function oneHot(position: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Number(i === position));
}

/** As a checkpoint brings it back. */
function saved(state: unknown): unknown {
  const tensors = new Map<string, Float32Array>();
  return stateFromJson(JSON.parse(JSON.stringify(stateToJson(state, tensors, 'metric'))), tensors);
}
