import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The Python that has PyTorch: `DL_TORCH_PYTHON`, or a virtual environment in the user's cache that is made at the first
 * call (pip's Linux wheel brings CUDA: 5 GB). Undefined where neither works.
 */
export function torchPython(): string | undefined {
  const given = process.env.DL_TORCH_PYTHON;
  if (given) return given;
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dl-project-bench', 'venv');
  const python = join(folder, 'bin', 'python');
  if (hasTorch(python)) return python;
  if (!existsSync(python)) spawnSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  console.log('  installing PyTorch once, for comparison');
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', 'torch', 'numpy'], { stdio: 'inherit' });
  return hasTorch(python) ? python : undefined;
}

function hasTorch(python: string): boolean {
  return spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;
}
