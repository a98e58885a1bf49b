import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PackageManager } from '../../generators/engine/package-manager.ts';
import { findWorkspace } from '../../generators/engine/workspace.ts';
import { main } from '../../generators/main.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workspace-'));
});

const includes = (path: string, packageManager: PackageManager) => findWorkspace(join(root, path), packageManager)?.includes;

describe('a workspace', () => {
  test.each([
    [['packages/*'], 'packages/app', true],
    [['packages/*'], 'packages/deep/app', false],
    [['packages/**'], 'packages/deep/app', true],
    [['./packages/*/'], 'packages/app', true],
    [['packages/*', '!packages/app'], 'packages/app', false],
    [{ packages: ['apps/app'] }, 'apps/app', true],
  ])('of npm, yarn or bun that lists %j has %s: %s', (workspaces, path, expected) => {
    writeFileSync(join(root, 'package.json'), JSON.stringify({ workspaces }));
    for (const packageManager of ['npm', 'yarn', 'bun'] as const) expect(includes(path, packageManager)).toBe(expected);
    expect(includes(path, 'pnpm')).toBeUndefined();
  });

  test.each([
    ['packages:\n  - "packages/*"\n  - apps/* # all\ncatalog:\n  - x\n', 'apps/app', true],
    ["# first\npackages: ['packages/*', apps/app]\n", 'apps/app', true],
    ['packages:\n- packages/*\n\n- "!packages/app"\n', 'packages/app', false],
    ['packages:\r\n  - packages/*\r\n', 'packages/app', true],
    ['onlyBuiltDependencies:\n  - esbuild\n', 'packages/app', undefined],
  ])('of pnpm is what %j says', (text, path, expected) => {
    writeFileSync(join(root, 'pnpm-workspace.yaml'), text);
    expect(includes(path, 'pnpm')).toBe(expected);
    expect(includes(path, 'npm')).toBeUndefined();
  });

  test.each(['{ broken', '[]', 'null', '{"workspaces":[]}', '{"workspaces":{"packages":7}}'])('is none in %j', (text) => {
    writeFileSync(join(root, 'package.json'), text);
    expect(includes('packages/app', 'npm')).toBeUndefined();
  });
});

describe('a project inside a workspace', () => {
  const dryRun = async (path: string, packageManager: PackageManager) => {
    const said: string[] = [];
    const print = (text: string) => said.push(text);
    mkdirSync(join(root, 'packages'), { recursive: true });
    await main([path, '--dry-run', '--package-manager', packageManager], {
      cwd: root,
      environment: {},
      isTerminal: false,
      columns: 80,
      print,
      printError: print,
    });
    return said.join('\n');
  };

  test('that lists it has no workspace file of its own, and is told where its packages are', async () => {
    writeFileSync(join(root, 'pnpm-workspace.yaml'), 'packages: [packages/*]\n');
    const out = await dryRun('packages/app', 'pnpm');
    expect(out).not.toContain('would create packages/app/pnpm-workspace.yaml');
    expect(out).toContain('app is part of the workspace in ../..: its packages are in the lock file there.');
    expect(out).toContain('onlyBuiltDependencies in ../../pnpm-workspace.yaml');
  });

  test('that does not list it keeps its own, and is told how to join', async () => {
    writeFileSync(join(root, 'pnpm-workspace.yaml'), 'packages: [libs/*]\n');
    const out = await dryRun('packages/app', 'pnpm');
    expect(out).toContain('would create packages/app/pnpm-workspace.yaml');
    expect(out).toMatch(/pnpm-workspace.yaml does not list this folder: .* add "packages\/app" there/);
  });
});
