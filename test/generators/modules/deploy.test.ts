import { validate } from 'dockerfile-utils';
import { beforeEach, describe, expect, test } from 'vitest';
import { ProjectFolder } from './project-folder.ts';

let project: ProjectFolder;
beforeEach(() => {
  project = new ProjectFolder();
});

const packageOf = (folder: ProjectFolder) => JSON.parse(folder.read('package.json'));

describe('add deploy', () => {
  test('says what was written and what to type next', async () => {
    const said = await project.must('add', 'deploy', 'api');
    expect(said).toContain('  deploy/api/src/server.ts\n');
    expect(said).toContain('  package.json +6 lines\n');
    expect(said).toMatch(/ {2}first: npm install, then npm run model:api {4}try it: npm run start:api$/);
    expect(packageOf(project)).toMatchObject({
      scripts: {
        'model:api': 'dl-project copy-model deploy/api',
        'start:api': 'tsx deploy/api/src/server.ts',
        'build:api': 'vite build deploy/api',
      },
      dependencies: { fastify: expect.any(String), 'prom-client': expect.any(String) },
      devDependencies: { vite: expect.any(String) },
    });
  });

  test('of two servers the second one brings no package, and the first to go leaves them to the other', async () => {
    const before = project.snapshot();
    await project.must('add', 'deploy', 'api');
    expect(await project.must('add', 'deploy', 'second')).toContain('package.json +3 lines');
    await project.must('remove', 'deploy', 'api');
    expect(packageOf(project).dependencies).toHaveProperty('fastify');
    await project.must('remove', 'deploy', 'second');
    expect(project.snapshot()).toEqual(before);
  });

  test('leaves a package that the project imports elsewhere', async () => {
    await project.must('add', 'deploy', 'api');
    project.write('src/mine.ts', "import Fastify from 'fastify';\n");
    await project.must('remove', 'deploy', 'api');
    expect(packageOf(project).dependencies).toHaveProperty('fastify');
    expect(packageOf(project).dependencies).not.toHaveProperty('prom-client');
  });

  test('is not removed while something imports it', async () => {
    await project.must('add', 'deploy', 'api');
    project.write('src/mine.ts', "import { createApp } from '../deploy/api/src/app.ts';\n");
    expect((await project.run(['remove', 'deploy', 'api'])).error).toContain('src/mine.ts uses it');
    project.write('src/mine.ts', "import { api } from './api.ts';\n");
    await project.must('remove', 'deploy', 'api');
  });

  test('refuses a script of the same name, and a package.json that is none', async () => {
    const text = project.read('package.json');
    project.write('package.json', text.replace('"train":', '"start:api": "mine",\n    "train":'));
    expect((await project.run(['add', 'deploy', 'api'])).error).toContain('package.json has a script start:api already, and it is yours');
    project.write('package.json', '{ half');
    expect((await project.run(['add', 'deploy', 'api'])).error).toContain('package.json is not there, or not JSON');
  });

  test('without --docker yes there is no Dockerfile; a page has none', async () => {
    await project.must('add', 'deploy', 'api', '--docker', 'no');
    expect([...project.snapshot().keys()].filter((path) => path.includes('Dockerfile'))).toEqual([]);
    expect((await project.run(['add', 'deploy', 'page', '--kind', 'browser', '--docker', 'yes'])).error).toContain(
      '--docker is for --kind server',
    );
  });

  test('is in the list', async () => {
    await project.must('add', 'deploy', 'api');
    expect((await project.run(['list'])).out).toMatch(/^ {2}deploy .* api$/m);
  });
});

describe.each(['digits', 'machines', 'own-table'])('the Dockerfile of %s', (preset) => {
  test('is sound, and is no root', async () => {
    const folder = new ProjectFolder(preset);
    await folder.must('add', 'deploy', 'api');
    const text = folder.read('deploy/api/Dockerfile');
    expect(validate(text).map(({ message }) => message)).toEqual([]);
    const stages = text.split(/^FROM /m).slice(1);
    expect(stages).toHaveLength(2);
    for (const stage of stages) expect(stage).toMatch(/^node:\d+\.\d+\.\d+-slim/);
    expect(stages[1]).toMatch(/^USER node$/m);
    expect(stages[1]).toMatch(/^HEALTHCHECK /m);
    expect(stages[1]).not.toMatch(/^RUN /m);
  });

  test('copies only what Docker is shown', async () => {
    const folder = new ProjectFolder(preset);
    await folder.must('add', 'deploy', 'api');
    const [, files] = /^COPY (.+) \.\/$/m.exec(folder.read('deploy/api/Dockerfile'))!;
    const shown = folder.read('deploy/api/Dockerfile.dockerignore').split('\n');
    expect(shown).toContain('*');
    for (const file of [...files.split(' '), 'deploy/api']) expect(shown).toContain(`!${file}`);
  });
});
