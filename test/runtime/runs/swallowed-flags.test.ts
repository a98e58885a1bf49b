import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuseSwallowedFlags } from '../../../src/runs/swallowed-flags.ts';

const names = ['index', 'seeds', 'name', 'seed', 'data.name', 'data.batchSize', 'model.name', 'training.epochs', 'callbacks.progress'];
const switches = ['fast-dev-run', 'print-config'];
const npm = { npm_config_user_agent: 'npm/11.0.0 node/v20.19.0 linux x64' };

function refuse(flags: Record<string, string>, words: string[] = []) {
  refuseSwallowedFlags('train', words, names, switches, { ...npm, ...flags });
}

describe('refuseSwallowedFlags', () => {
  beforeEach(() => vi.stubEnv('npm_config_user_agent', npm.npm_config_user_agent));
  afterEach(() => vi.unstubAllEnvs());

  it.each<[Record<string, string>, string]>([
    [{ npm_config_seeds: '5' }, 'npm kept --seeds for itself. Type: npm run train seeds=5'],
    [{ npm_config_fast_dev_run: 'true' }, 'npm kept --fast-dev-run for itself. Type: npm run train fast-dev-run'],
    [{ npm_config_epochs: '3' }, 'npm kept --epochs for itself. Type: npm run train training.epochs=3'],
    [{ npm_config_batchsize: '4' }, 'npm kept --batchSize for itself. Type: npm run train data.batchSize=4'],
    [{ npm_config_model: 'mlp' }, 'npm kept --model for itself. Type: npm run train model.name=mlp'],
    [{ npm_config_index: 'true' }, 'npm kept --index for itself. Type: npm run train index=...'],
    [{ npm_config_epoch: '3' }, 'npm kept --epoch for itself. Type: npm run train training.epochs=3'],
    [{ npm_config_fast_dev_rn: 'true' }, 'npm kept --fast-dev-rn for itself. Type: npm run train fast-dev-run'],
    [{ npm_config_index: '3', npm_config_seed: '1' }, 'npm kept --index and --seed for itself. Type: npm run train index=3 seed=1'],
  ])('names the right spelling for %j', (flags, message) => {
    expect(() => refuse(flags)).toThrow(message);
  });

  it('repeats what was typed rightly', () => {
    expect(() => refuse({ npm_config_epochs: '3' }, ['model.name=mlp', 'quiet'])).toThrow(
      'Type: npm run train model.name=mlp quiet training.epochs=3',
    );
  });

  it('lets pass what npm itself knows, what is switched off, and what is no name of ours', () => {
    refuse({ npm_config_progress: 'false', npm_config_yes: '', npm_config_seed: '', npm_config_nodedir: '/usr', npm_config_cache: '/x' });
    refuse({ npm_config_cafile: '/x', npm_config_save_exact: 'true', npm_config_fund: 'true' });
  });

  it('leaves other package managers alone: they pass flags on', () => {
    refuseSwallowedFlags('train', [], names, switches, { npm_config_user_agent: 'pnpm/10.0.0 npm/? node/v20', npm_config_seeds: '5' });
  });
});
