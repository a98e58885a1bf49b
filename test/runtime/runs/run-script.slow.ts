import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRuns } from '../../../src/runs/find-run.ts';
import { makeTinyProject, outcome, type TinyProject } from '../../support/tiny-project.ts';

let project: TinyProject;
beforeAll(() => {
  project = makeTinyProject();
});
afterAll(() => project.remove());

/** Writes `src/<name>.ts`: a script that does `body` with config, run and settings. */
function script(name: string, body: string, options = ''): void {
  const text = `import { runScript } from 'dl-project/runs';
import { project } from './project.ts';
await runScript(import.meta.url, project, async (config, run, settings) => { ${body} }, { ${options} });\n`;
  writeFileSync(join(project.root, `src/${name}.ts`), text);
}

describe('a script', () => {
  it('refuses a word that is neither, with exit code 2', async () => {
    expect(await project.run('train', ['fast-dev-rum'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean fast-dev-run?'),
    });
  });

  it('prints nothing when it is to be quiet', async () => {
    expect(await project.run('train', ['quiet', 'fast-dev-run'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('marks a training that fails: exit 1, a line for what the user can mend, a stack for a bug', async () => {
    script('broken', "throw new TypeError('a bug')");
    const [bug, data] = await Promise.all([project.run('broken'), project.run('train', ['data.images=0'])]);
    expect(bug.code).toBe(1);
    expect(bug.stderr).toMatch(/TypeError: a bug\n +at .*broken\.ts/);
    expect(data.code).toBe(1);
    expect(data.stderr).not.toMatch(/^ +at /m);
    const failed = listRuns(project.root).filter(({ record }) => record.status === 'failed');
    expect(failed.map(({ record }) => record.script).sort()).toEqual(['broken', 'train']);
    expect(failed.map(({ record }) => record.error)).toContain('a bug');
  });

  it('goes on when the reader of its output is gone', async () => {
    script('talker', "for (let i = 0; i < 50; i++) { run.print('x'.repeat(9999)); await new Promise((done) => setTimeout(done, 1)); }");
    const child = project.start('talker');
    child.stdout?.destroy();
    expect(await outcome(child)).toMatchObject({ code: 0, stderr: '' });
    expect(listRuns(project.root)[0].record).toMatchObject({ script: 'talker', status: 'finished' });
  });

  it('starts from the best settings of a study', async () => {
    const study =
      "import { gridSearch } from 'dl-project/tuning';\nexport default gridSearch({ space: { 'model.units': [2, 16] }, scoring: 'val_loss' });\n";
    mkdirSync(join(project.root, 'tuning'), { recursive: true });
    writeFileSync(join(project.root, 'tuning/units.ts'), study);
    const [early, unknown] = await Promise.all([project.run('train', ['from-study=units']), project.run('train', ['from-study=unit'])]);
    expect(early).toMatchObject({ code: 1, stderr: '  The study units has no result yet. Type: npm run tune study=units\n' });
    expect(unknown).toMatchObject({ code: 2, stderr: '  There is no study "unit". Did you mean units? In tuning/ there are: units.\n' });
    expect(await project.run('tune', ['study=units', 'training.epochs=1'])).toMatchObject({ code: 0, stderr: '' });
    const config = await project.run('train', ['from-study=units', 'print-config']);
    const { units } = JSON.parse(config.stdout).model;
    expect([2, 16]).toContain(units);
    expect(config.stderr).toBe(`  from-study=units: model.units=${units}\n`);
  });

  it('says where config.ts cannot be read', async () => {
    const path = join(project.root, 'config.ts');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('training: {', 'training {'));
    const broken = await project.run('train');
    writeFileSync(path, text);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/^ {2}config\.ts cannot be read\. config\.ts:\d+:\d+: ERROR: Expected "}" but found "{"\n$/);
  });

  it('gets its own settings, and does nothing when it is imported', async () => {
    script('own', 'console.log(JSON.stringify(settings), run.kind)', "on: 'project', settings: { index: 17, file: '' }");
    writeFileSync(join(project.root, 'src/imports.ts'), "import './own.ts';\nconsole.log('imported');\n");
    symlinkSync(join(project.root, 'src/own.ts'), join(project.root, 'src/linked.ts'));
    const [own, imports, wrong, linked] = await Promise.all([
      project.run('own', ['index=3']),
      project.run('imports', ['index=x']),
      project.run('own', ['index=x']),
      project.run('linked'),
    ]);
    expect(own.stdout).toBe('\n{"index":3,"file":""} other\n');
    expect(imports.stdout).toBe('imported\n');
    expect(wrong).toMatchObject({ code: 2, stderr: '  index must be a number, not "x".\n' });
    expect(linked.stdout).toBe('\n{"index":17,"file":""} other\n');
  });

  it('is reached by real npm: words arrive, a kept flag is told', () => {
    const npm = (...words: string[]) =>
      spawnSync('npm', ['run', '--silent', 'train', ...words], {
        cwd: project.root,
        encoding: 'utf8',
        shell: process.platform === 'win32',
        env: { ...process.env, DL_BACKEND: 'wasm', TSX_TSCONFIG_PATH: join(project.root, 'tsconfig.json') },
      });
    const words = npm('print-config', 'training.epochs=7', 'model.name=mlp', 'model.hidden=8,4');
    expect(JSON.parse(words.stdout)).toMatchObject({ training: { epochs: 7 }, model: { name: 'mlp', hidden: [8, 4] } });
    const kept = npm('print-config', '--epochs=7');
    expect(kept.status).toBe(2);
    expect(kept.stderr).toContain('  npm kept --epochs for itself. Type: npm run train print-config training.epochs=7\n');
  });
});
