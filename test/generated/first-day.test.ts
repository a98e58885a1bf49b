import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeWith, mnist, mnistFolder } from '../support/requirements.ts';
import { folderBytes, Workplace } from '../support/sample-project.ts';

// What a user does on the first day, with the packed packages, in an empty folder.
const place = new Workplace();
afterAll(() => place.remove());

describe('the default project', () => {
  const { project, output } = place.create('digit-reader');
  const npm = (...args: string[]) => place.must('npm', ['run', '--silent', ...args], { cwd: project });

  it('installs at most 70 packages, without a warning, and makes a first commit', () => {
    expect(output).not.toMatch(/warn|deprecated|vulnerab/i);
    const packages = Number(/(\d+) packages/.exec(output)?.[1]);
    expect(packages).toBeGreaterThan(5);
    expect(packages).toBeLessThanOrEqual(70);
    expect(place.must('git', ['status', '--porcelain'], { cwd: project })).toBe('');
    expect(place.must('git', ['log', '--oneline'], { cwd: project }).trim().split('\n')).toHaveLength(1);
  });

  it('type-checks and passes its own tests', () => {
    npm('check');
    expect(place.must('npm', ['test'], { cwd: project })).toMatch(/passed/);
  });

  it('refuses a misspelt setting before anything starts, and names the nearest', () => {
    const { status, output } = place.run('npm', ['run', '--silent', 'train', 'training.epoch=3'], { cwd: project });
    expect(output).toContain('training.epoch is not a setting. Did you mean training.epochs (whole number, now');
    expect(status).toBe(2);
    expect(existsSync(join(project, 'runs'))).toBe(false);
  });

  it('does not compile with a misspelt key or name in config.ts, a study or an experiment', () => {
    const breakFile = (file: string, from: string, to: string) => {
      const path = join(project, file);
      const text = readFileSync(path, 'utf8');
      expect(text).toContain(from);
      writeFileSync(path, text.replace(from, to));
      const { status, output } = place.run('npm', ['run', '--silent', 'check'], { cwd: project });
      writeFileSync(path, text);
      expect(output).toContain(file);
      expect(status).not.toBe(0);
    };
    breakFile('config.ts', 'epochs:', 'epoch:');
    breakFile('config.ts', "'lenet5'", "'lenet'");
    breakFile('tuning/learning-rate.ts', 'data.batchSize', 'data.batchsize');
    breakFile('experiments/quick.ts', 'epochs:', 'epoch:');
    breakFile('experiments/quick.ts', 'trainImages:', 'trainImage:');
  });

  it('trains, and says what to do next', () => {
    const text = npm('train', 'training.epochs=2');
    expect(text).toMatch(/backend\s+(wasm|native)/); // native where its kernels were compiled once
    expect(text).toMatch(/model\s+lenet5\s+431,080 weights, 2,293,000 multiply-adds per image/);
    expect(text).toMatch(/2\/2\s+\d/);
    expect(text).toContain('next: ');
    const accuracy = Number(/2\/2\s+.* ([\d.]+) %.*$/m.exec(text)?.[1]);
    expect(accuracy).toBeGreaterThan(90);
  });

  it('trains with the changes of an experiment', () => {
    expect(npm('train', 'experiment=quick', 'fast-dev-run')).toMatch(/ {2}experiment=quick: data\.trainImages=4000 training\.epochs=3\n/);
  });

  it('evaluates, predicts and compresses the newest finished training', () => {
    expect(npm('evaluate')).toMatch(/2,000 test samples, never used in training\n\s+accuracy 9\d\.\d %/);
    expect(npm('predict')).toMatch(/test image 0 is \d/);
    expect(npm('predict', 'index=18')).toMatch(/test image 18 is \d/);
    expect(place.run('npm', ['run', '--silent', 'predict', 'index=99999'], { cwd: project }).output).toContain('0 to 1999');
    const text = npm('compress');
    expect(text).toMatch(/as trained/);
    expect(text).toMatch(/\d bytes\)/);
    const file = /(runs\/\S+model\.safetensors), /.exec(text)?.[1] ?? '';
    expect(text).toContain(`(${readFileSync(join(project, file)).length.toLocaleString('en')} bytes)`);
  });

  it('does not let fast-dev and overfit runs become the default', () => {
    const latest = readlinkSync(join(project, 'runs', 'latest'));
    npm('train', 'fast-dev-run');
    npm('train', 'overfit-batches=1', 'training.epochs=1');
    expect(readlinkSync(join(project, 'runs', 'latest'))).toBe(latest);
  });

  it('tunes, goes on where it was stopped, and trains the winner', () => {
    const short = ['training.epochs=1', 'model.units=32', 'model.filters=4,8'];
    expect(npm('tune', ...short)).toMatch(/9 of 9 done/);
    expect(npm('tune', ...short)).toMatch(/9 of 9 done/);
    expect(npm('train', 'from-study=learning-rate', 'fast-dev-run')).toMatch(/learningRate/);
  });
});

describe('the other choices', () => {
  it.each([
    ['rows', ['--task', 'classify-rows']],
    ['price', ['--task', 'predict-number']],
    ['small-net', ['--model', 'lenet5-classic', '--goal', 'fastest']],
  ])('%s: creates, type-checks, tests, trains, evaluates, predicts and compresses', (name, flags) => {
    const { project } = place.create(name, ['--skip-git', ...flags]);
    const npm = (...args: string[]) => place.must('npm', ['run', '--silent', ...args], { cwd: project });
    npm('check');
    place.must('npm', ['test'], { cwd: project });
    npm('train', 'training.epochs=2');
    npm('evaluate');
    npm('predict');
    expect(npm('compress')).toMatch(/model\.safetensors/);
    expect(npm('summary')).toMatch(/in all/);
    expect(npm('train', 'model.name=mlp', 'fast-dev-run')).toMatch(/mlp/);
  });
});

describe("a small table of one's own", () => {
  it('trains, and predicts without arguments although it has few test rows', () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7};${i % 2 ? 'Ulm' : 'Bonn'};${200 + 40 * (i % 7) + (i % 2) * 80}`);
    writeFileSync(join(place.folder, 'rents.csv'), ['rooms;town;rent', ...rows].join('\n'));
    const flags = ['--skip-git', '--task', 'predict-number', '--data-file', 'rents.csv', '--target', 'rent'];
    const { project } = place.create('rents', flags);
    const npm = (...args: string[]) => place.must('npm', ['run', '--silent', ...args], { cwd: project });
    npm('train', 'training.epochs=3');
    expect(npm('predict')).toMatch(/test row 0: rent is guessed as/);
    expect(npm('compress')).toMatch(/model\.safetensors/);
  });
});

describe('dl-project alone', () => {
  it('weighs at most 15 MB and runs a packed model without tfjs', () => {
    const folder = join(place.folder, 'inference-only');
    place.must('mkdir', ['-p', folder]);
    writeFileSync(join(folder, 'package.json'), '{ "name": "inference-only", "private": true, "type": "module" }');
    place.must('npm', ['install', place.packages.runtime], { cwd: folder });
    expect(folderBytes(join(folder, 'node_modules'))).toBeLessThan(15 * 2 ** 20);
    expect(readdirSync(join(folder, 'node_modules'))).not.toContain('@tensorflow');

    const runs = join(place.folder, 'digit-reader', 'runs');
    const model = readdirSync(runs, { recursive: true }).find((path) => String(path).endsWith('model.safetensors'));
    writeFileSync(
      join(folder, 'use.js'),
      `import { loadModel } from 'dl-project/inference';
       const model = await loadModel(${JSON.stringify(join(runs, String(model)))});
       const [answer] = await model.predict([new Uint8Array(28 * 28)]);
       console.log(answer.label.length, answer.probability > 0 && answer.probability <= 1);`,
    );
    expect(place.must(process.execPath, ['use.js'], { cwd: folder }).trim()).toBe('1 true');
  });
});

describeWith(mnist, 'MNIST', () => {
  it('trains on the IDX files and reads the test files only to evaluate', () => {
    const { project } = place.create('mnist-reader', [
      '--skip-git',
      '--data',
      'idx',
      '--data-folder',
      String(mnistFolder),
      '--model',
      'lenet5-classic',
    ]);
    const npm = (...args: string[]) => place.must('npm', ['run', '--silent', ...args], { cwd: project });
    npm('check');
    npm('train', 'training.epochs=1');
    expect(npm('evaluate')).toMatch(/10,000 test samples, never used in training\n\s+accuracy 9[5-9]\.\d %/);
    expect(npm('predict')).toMatch(/test image 0 is \d/);
  });
});
