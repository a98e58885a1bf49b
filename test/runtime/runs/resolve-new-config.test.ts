import { describe, expect, it } from 'vitest';
import type { Overrides } from '../../../src/config/resolve-config.ts';
import { resolveNewConfig } from '../../../src/runs/resolve-new-config.ts';
import { input, parts } from '../config/parts.ts';

const experiments: Record<string, object> = {
  quick: { training: { epochs: 1 }, seed: undefined },
  wide: { model: { name: 'mlp', hidden: [9] } },
  empty: {},
  wrong: { model: { unit: 3 } },
};
const project = {
  ...parts,
  root: '/',
  loadConfig: async () => input,
  loadExperiment: async (name: string) => experiments[name],
  studyOverrides: async (): Promise<Overrides> => [['model.units', 7]],
};

function resolve({ run = '', experiment = '', study = '' }, typed: Overrides = [], from: object = project) {
  return resolveNewConfig(from as typeof project, input, { run, experiment, study }, typed, {});
}

describe('resolveNewConfig', () => {
  it('puts an experiment above config.ts and the command line above both', async () => {
    expect((await resolve({})).config.training.epochs).toBe(6);
    expect((await resolve({ experiment: 'quick' })).config).toMatchObject({ training: { epochs: 1 }, model: { units: 300 } });
    expect((await resolve({ experiment: 'quick' }, [['training.epochs', '2']])).config.training.epochs).toBe(2);
  });

  it('applies several in their order, and says what each changes', async () => {
    const { config, notes } = await resolve({ experiment: 'quick, wide,empty' }, [['model.dropout', '0.5']]);
    expect(config).toMatchObject({ training: { epochs: 1 }, model: { name: 'mlp', hidden: [9], dropout: 0.5 } });
    expect(notes).toEqual([
      'experiment=quick: training.epochs=1',
      'experiment=wide: model.name="mlp" model.hidden=[9]',
      'model.name=mlp: its own defaults are used (dropout 0)',
      'experiment=empty: changes nothing',
    ]);
  });

  it('drops the options of an experiment when the command line names another part', async () => {
    const { config } = await resolve({ experiment: 'wide' }, [['model', 'lenet5']]);
    expect(config.model).toEqual({ name: 'lenet5', filters: [20, 50], units: 500, padding: 'valid' });
  });

  it('puts the best settings of a study above an experiment', async () => {
    const { config, notes } = await resolve({ experiment: 'quick', study: 'units' });
    expect(config).toMatchObject({ training: { epochs: 1 }, model: { units: 7 } });
    expect(notes).toEqual(['experiment=quick: training.epochs=1', 'from-study=units: model.units=7']);
  });

  it('names the file of an experiment that is wrong', async () => {
    await expect(resolve({ experiment: 'quick,wrong' })).rejects.toThrow(
      'experiments/wrong.ts: model.unit is not a setting. Did you mean model.units (whole number, now 300)?',
    );
  });

  it('refuses what a project of its own kind has not', async () => {
    const plain = { ...project, loadExperiment: undefined, studyOverrides: undefined };
    await expect(resolve({ experiment: 'quick' }, [], plain)).rejects.toThrow('experiment needs a project made by defineProject.');
    await expect(resolve({ study: 'units' }, [], plain)).rejects.toThrow('from-study needs a project made by defineProject.');
  });
});
