import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawDigits } from '../../src/data/images/digits/draw-digits.ts';
import { fitImage, loadModel, type Model } from '../../src/inference/index.ts';
import { pngBytes } from '../runtime/data/images/png-bytes.ts';
import { type BuiltImage, dockerSteps } from '../support/docker-steps.ts';
import { describeWith, program } from '../support/requirements.ts';
import { Workplace } from '../support/sample-project.ts';
import { serveFolder } from '../support/serve-folder.ts';

// What a user does to ship a model: add deploy, npm install, and the scripts that it says; with the packed packages.
const place = new Workplace();
const { project } = place.create('digits', ['--model', 'lenet5-classic', '--skip-git']);
const npm = (...args: string[]) => place.must('npm', ['run', '--silent', ...args], { cwd: project });
const digits = drawDigits({ count: 200, seed: 77 });
const pixelsOf = (index: number) => (digits.raw(index) as { pixels: Uint8Array }).pixels;
let model: Model;

beforeAll(async () => {
  npm('train', 'training.epochs=2');
  npm('add', 'deploy', 'api');
  npm('add', 'deploy', 'demo', '--', '--kind', 'browser');
  place.must('npm', ['install', '--no-audit', '--no-fund'], { cwd: project });
}, 600_000);
afterAll(() => place.remove(), 60_000);

test('without a packed model each script says what to type', () => {
  const script = (name: string) => place.run('npm', ['run', '--silent', name], { cwd: project });
  expect(script('model:api')).toMatchObject({ status: 1, output: expect.stringContaining('Type: npm run compress') });
  expect(script('start:api')).toMatchObject({ status: 1, output: expect.stringContaining('npm run model:api') });
  expect(script('build:demo').output).toContain('There is no model here yet. Type: npm run model:demo');
});

test('the packed model is put beside them; the project type-checks and its tests pass', async () => {
  npm('compress');
  expect(npm('model:api')).toMatch(
    /^ {2}deploy\/api\/model\.safetensors, [\d.]+ KB {4}deep-compression of runs\/lenet5-classic\/\S+, val_accuracy \d/,
  );
  npm('model:demo');
  model = await loadModel(join(project, 'deploy/api/model.safetensors'));
  npm('check');
  expect(place.must('npm', ['test', '--', 'test/deploy'], { cwd: project })).toMatch(/Test Files {2}2 passed/);
});

describe('the server', () => {
  let image: BuiltImage;
  let server: ChildProcess;
  let ended: Promise<number | null>;
  let port: number;

  beforeAll(async () => {
    const text = (file: string) => readFileSync(join(project, 'deploy/api', file), 'utf8');
    image = dockerSteps({
      dockerfile: text('Dockerfile'),
      ignore: text('Dockerfile.dockerignore'),
      context: project,
      place: place.folder,
      run: (command, folder) => place.must('sh', ['-c', command], { cwd: folder }),
    });
    await start();
  }, 600_000);
  afterAll(() => server?.kill('SIGKILL'));

  /** As `docker run` would, on a port that is free. */
  async function start(): Promise<void> {
    const env = { ...process.env, ...image.environment, HOST: '127.0.0.1', PORT: '0' };
    const [, ...args] = image.command;
    server = spawn(process.execPath, args, { cwd: image.folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    ended = new Promise((done) => server.on('exit', done));
    port = await new Promise((done) => {
      server.stdout?.on('data', (chunk) => {
        const [, found] = /listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(String(chunk)) ?? [];
        if (found) done(Number(found));
      });
    });
  }

  async function post(body: string) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${port}/predict`, { method: 'POST', headers, body });
    return { status: response.status, answer: await response.json() };
  }

  const bodyOf = (index: number) => JSON.stringify({ samples: [Array.from(pixelsOf(index))] });
  const labelOf = (index: number) => model.predictSync([pixelsOf(index)])[0].label;

  test('is built from the Dockerfile into one folder without packages, run by nobody special', () => {
    expect(image.user).toBe('node');
    const files = readdirSync(image.folder, { recursive: true }).map(String);
    expect(files).toContain('model.safetensors');
    expect(files.filter((file) => file.includes('node_modules') || file.endsWith('.ts'))).toEqual([]);
    const sizes = files.map((file) => statSync(join(image.folder, file))).filter((file) => file.isFile());
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(3 * 2 ** 20);
    const tfjs = files.filter((file) => /js$/.test(file) && readFileSync(join(image.folder, file), 'utf8').includes('tensorflow'));
    expect(tfjs).toEqual([]);
  });

  test('is healthy as its HEALTHCHECK sees it', () => {
    const [, ...args] = image.healthcheck;
    const check = (env: object) => spawnSync(process.execPath, args, { env: { ...process.env, ...env } as NodeJS.ProcessEnv }).status;
    expect(check({ PORT: String(port) })).toBe(0);
    expect(check({ PORT: '1' })).toBe(1);
  });

  test('predicts as the engine does', async () => {
    const { status, answer } = await post(JSON.stringify({ samples: [0, 1, 2].map((index) => Array.from(pixelsOf(index))) }));
    expect(status).toBe(200);
    expect(answer.predictions).toEqual(model.predictSync([pixelsOf(0), pixelsOf(1), pixelsOf(2)]));
  });

  test('refuses bodies that are malformed, of a wrong shape or too large, and goes on', async () => {
    for (const body of ['{ half', '', '[]', 'null', '{"samples":[]}', '{"samples":[[1]]}', '{"samples":[null]}', '{"samples":7}']) {
      expect((await post(body)).status, body).toBe(400);
    }
    const withNull = `{"samples":[[${'0,'.repeat(783)}null]]}`;
    expect(await post(withNull)).toMatchObject({ status: 400, answer: { error: 'Value 783 of sample 0 is null; it must be a number.' } });
    expect((await post(`{"samples":[[${'0,'.repeat(600_000)}0]]}`)).status).toBe(413);
    expect((await post(bodyOf(3))).status).toBe(200);
  });

  test('answers 1,000 clients at once, each for its own digit', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, client) => askThrice(agent, client % 200)));
    agent.destroy();
    expect(answers.flat().filter(({ status }) => status !== 200)).toEqual([]);
    const wrong = answers.flat().filter(({ index, label }) => label !== labelOf(index));
    expect(wrong).toEqual([]);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const counted = [...metrics.matchAll(/^predictions_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    expect(counted).toBe(3 + 1 + 3_000);
  });

  async function askThrice(agent: Agent, index: number) {
    const answers: { index: number; status: number; label?: string }[] = [];
    const body = bodyOf(index);
    for (let i = 0; i < 3; i++) {
      answers.push(
        await new Promise((done, fail) => {
          const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
          const call = request({ host: '127.0.0.1', port, path: '/predict', method: 'POST', agent, headers }, (response) => {
            let text = '';
            response.on('data', (chunk) => {
              text += chunk;
            });
            response.on('end', () => done({ index, status: response.statusCode ?? 0, label: JSON.parse(text).predictions?.[0].label }));
          });
          call.on('error', fail);
          call.end(body);
        }),
      );
    }
    return answers;
  }

  test('told to stop in the middle of a request, it answers that one, takes no other, and ends with 0', async () => {
    const body = bodyOf(5);
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    const closed = new Promise((done) => socket.on('close', done));
    const head = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
    socket.write(`${head}${body.slice(0, 500)}`);
    await expect.poll(() => answer).toContain('100 Continue'); // it has begun
    server.kill('SIGTERM');
    await expect
      .poll(() =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          ({ status }) => status,
          () => 'refused',
        ),
      )
      .toBe('refused');
    socket.write(body.slice(500));
    await closed;
    expect(answer).toMatch(/HTTP\/1\.1 200 [\s\S]*connection: close/i);
    expect(answer).toContain(`"label":"${labelOf(5)}"`);
    expect(await ended).toBe(0);
  });
});

describeWith(program('chromium', 'apt-get install chromium'), 'the page in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let host: Awaited<ReturnType<typeof serveFolder>>;
  const complaints: string[] = [];

  beforeAll(async () => {
    npm('build:demo');
    host = await serveFolder(join(project, 'deploy/demo/dist'));
    const executablePath = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout.trim();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('request', (one) => one.url().startsWith(host.address) || one.url().startsWith('data:') || complaints.push(one.url()));
    await page.goto(host.address);
    await page.waitForSelector('#facts dd');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    host?.close();
  });

  const text = (id: string) => page.locator(`#${id}`).innerText();

  /** Draws with the mouse; positions are shares of the pad. */
  async function draw(...points: readonly (readonly [number, number])[]): Promise<void> {
    const box = (await page.locator('#pad').boundingBox())!;
    const move = ([x, y]: readonly [number, number]) => page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
    await move(points[0]);
    await page.mouse.down();
    for (const point of points) await move(point);
    await page.mouse.up();
  }

  test('says which digit was drawn, wherever and however large, and forgets it on Escape', async () => {
    await draw([0.3, 0.25], [0.7, 0.25], [0.6, 0.45], [0.5, 0.65], [0.45, 0.85]);
    await expect.poll(() => text('answer')).toBe('7');
    expect(await text('bars')).toMatch(/7\n[5-9]\d\.\d %|7\n100\.0 %/);
    expect(await text('facts')).toMatch(/one prediction\n[\d.]+ ms/);
    await page.keyboard.press('Escape');
    await expect.poll(() => text('answer')).toBe('?');
    await draw([0.08, 0.08], [0.25, 0.08], [0.2, 0.18], [0.16, 0.27], [0.14, 0.35]);
    await expect.poll(() => text('answer')).toBe('7');
    await page.click('#clear');
  });

  test('draws with the arrow keys', async () => {
    await page.focus('#pad');
    for (let i = 0; i < 8; i++) await page.keyboard.press('Shift+ArrowUp');
    expect(await text('answer')).toBe('?');
    for (let i = 0; i < 16; i++) await page.keyboard.press('ArrowDown');
    await expect.poll(() => text('answer')).toBe('1');
    await page.click('#clear');
  });

  test('sees the pixels of a picture file as training and predict do', async () => {
    for (const index of [3, 10, 31, 47]) {
      // As ink on paper, and larger than the model's images.
      const paper = Uint8Array.from({ length: 56 * 56 }, (_, at) => 255 - pixelsOf(index)[28 * ((at / 112) | 0) + ((at % 56) >> 1)]);
      const file = join(place.folder, `digit-${index}.png`);
      writeFileSync(file, pngBytes(56, 56, 'grey', paper));
      await page.setInputFiles('#file', file);
      const { picture } = fitImage({ pixels: paper, width: 56, height: 56, channels: 1 }, model.features);
      const seen = () =>
        page.evaluate(() => {
          const canvas = document.querySelector<HTMLCanvasElement>('#seen')!;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
        });
      await expect.poll(seen).toEqual(Array.from(picture.pixels));
      await expect.poll(() => text('answer')).toBe(model.predictSync([picture.pixels])[0].label);
      if (index === 3) expect(npm('predict', `file=${file}`)).toContain(`looks like ${await text('answer')}.`);
    }
  });

  test('says so where a file is no picture', async () => {
    await page.setInputFiles('#file', join(project, 'package.json'));
    await expect.poll(() => text('about')).toBe('This file is no picture that the browser can read.');
  });

  test('fits a phone, and asks nobody else for anything', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(complaints).toEqual([]);
  });
});
