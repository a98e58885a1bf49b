import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Workplace } from '../support/sample-project.ts';

// Each package manager as it comes from the registry: it makes a project, and its CI file runs as it stands.
const place = new Workplace();
afterAll(() => place.remove(), 120_000);

describe.each([
  ['npm', 'npm@11', 'package-lock.json'],
  ['pnpm', 'pnpm@10', 'pnpm-lock.yaml'],
  ['pnpm', 'pnpm@12', 'pnpm-lock.yaml'],
  ['yarn', 'yarn@1', 'yarn.lock'],
  ['yarn', '@yarnpkg/cli-dist@4', 'yarn.lock'],
  ['bun', 'bun@1', 'bun.lock'],
])('%s (%s)', (name, spec, lockFile) => {
  const folder = join(place.folder, spec.replace(/\W/g, '-'));
  const bin = join(folder, 'node_modules', '.bin');
  const env = { PATH: [bin, process.env.PATH].join(delimiter) };

  it('installs without a warning, and runs what its CI file says', () => {
    mkdirSync(folder);
    place.must('npm', ['install', '--prefix', folder, '--no-save', spec], { cwd: folder });
    const version = place.must(name, ['--version'], { cwd: folder, env }).trim();
    const caller = { ...env, npm_config_user_agent: `${name}/${version} npm/? node/${process.version}` };
    const project = join(place.folder, `by-${folder.slice(place.folder.length + 1)}`);
    const { output } = place.create(project, ['--ci', 'github', '--licence', 'MIT', '--model', 'lenet5-classic'], caller);
    expect(output).toContain(`${name} installs the packages`);
    expect(output).toMatch(/, \d+ packages, first commit made/);
    const { packageManager } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect(packageManager).toBe(name === 'yarn' ? `yarn@${version}` : undefined);
    expect(place.must('git', ['ls-files', lockFile], { cwd: project })).toBe(`${lockFile}\n`);
    expect(place.must('git', ['status', '--porcelain'], { cwd: project })).toBe('');

    rmSync(join(project, 'node_modules'), { recursive: true });
    const workflow = readFileSync(join(project, '.github', 'workflows', 'ci.yml'), 'utf8');
    const steps = [...workflow.matchAll(/- run: (.+)/g)].map(([, step]) => step).filter((step) => !step.includes('--global'));
    const said = steps.map((step) => place.must('sh', ['-c', step], { cwd: project, env: { ...env, CI: 'true' } }));
    expect(said[0]).not.toMatch(/warn/i); // the installation
    expect(said.at(-1)).toContain('Epoch 1 is kept');
    expect(place.must('git', ['status', '--porcelain'], { cwd: project })).toBe('');
  });
});
