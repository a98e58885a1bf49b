import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import helpers from 'yeoman-test';
import { AppGenerator, type Written } from '../../generators/app/generator.ts';
import type { CreateRequest } from '../../generators/app/request.ts';
import type { AnswerOptions, GivenAnswers } from '../../generators/engine/questions.ts';

/** Runs the class in Yeoman's test environment, with these answers typed. */
async function runApp(given: GivenAnswers, typed: GivenAnswers, asking: AnswerOptions = {}) {
  let written: Written | undefined;
  const asked: string[] = [];
  const context = helpers.create(AppGenerator as never, { namespace: 'create-dl-project:app' } as never);
  context.withAnswers(
    typed as never,
    {
      callback: (answer: unknown, { question }: { question: { name: string } }) => {
        asked.push(question.name);
        return answer;
      },
    } as never,
  );
  let folder = '';
  context.inTmpDir((place) => {
    folder = join(place, 'digits');
    const request: CreateRequest = {
      destination: { folder, name: 'digits', shown: 'digits' },
      given,
      interactive: true,
      dataOptions: {},
      asking,
      packageManager: { name: 'npm' },
      environment: {},
      packages: { runtime: '1.2.3' },
      force: false,
      version: '1.2.3',
    };
    context.withOptions({
      request,
      onWritten: (what: Written) => {
        written = what;
      },
    } as never);
  });
  await context.run();
  return { folder, asked, written: written! };
}

describe('the Yeoman generator', () => {
  test('asks at most five questions, in order', async () => {
    const { asked, written } = await runApp({}, { task: 'classify-images', data: 'idx', model: 'mlp', goal: 'fastest', install: 'no' });
    expect(asked).toEqual(['task', 'data', 'model', 'goal', 'install']);
    expect(written.input.answers).toMatchObject({ data: 'idx', model: 'mlp' });
    expect(written.input.answers).toMatchObject({ install: 'no', git: 'no', backend: 'wasm', ci: 'none', licence: 'none' });
  });

  test('does not ask what a flag said, nor what has one choice left', async () => {
    const { asked, written } = await runApp({ data: 'iris', goal: 'later' }, { install: 'yes' });
    expect(asked).toEqual(['install']);
    expect(written.input.answers).toMatchObject({ task: 'classify-rows', data: 'iris', model: 'mlp' });
  });

  test('asks every question with --ask-all, the package manager that called first', async () => {
    const { asked, written } = await runApp(
      { data: 'iris' },
      { goal: 'later', licence: 'MIT' },
      { askAll: true, preferred: { 'package-manager': 'yarn' } },
    );
    expect(asked).toEqual(['goal', 'package-manager', 'backend', 'ci', 'licence', 'git', 'install']);
    expect(written.input.answers).toMatchObject({ 'package-manager': 'yarn', licence: 'MIT', git: 'yes' });
  });

  test('writes through the one commit: every file, and the manifest with them', async () => {
    const { folder, written } = await runApp({ data: 'iris', goal: 'later', install: 'no' }, {});
    for (const { path, text } of written.changes) expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
  });
});
