import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DlError } from '../../../core/errors.ts';
import { leavingSignals } from '../../../runs/script-process.ts';
import { namedStorage, storageVariable } from '../../../tuning/named-storage.ts';
import { findStudy } from '../../../tuning/read-study.ts';
import { wordsKey } from '../../../tuning/study-fingerprint.ts';
import { studyWords } from '../../../tuning/study-words.ts';
import { parseSettings } from '../../parse-settings.ts';
import type { StudyAction } from './study-action.ts';

/** `dl-project study worker` */
export const workOnStudy: StudyAction = {
  name: 'worker',
  usage: 'worker <name> [workers=1] [trials=<n>] [timeBudget=2h]',
  summary: 'takes trials of a study until none is left; asked to leave (SIGTERM, SIGUSR1) it puts back what it runs',
  async run(args, help) {
    const keys = ['workers', 'trials', 'timeBudget', 'storage'] as const;
    const { words, settings } = parseSettings(args, keys, { command: 'study worker', help });
    const { workers = '1', trials = '0', timeBudget, storage } = settings;
    if (words.length !== 1) throw new DlError('usage', `worker takes the name of one study.\n${help}`);
    for (const [key, value, least] of [
      ['workers', workers, 1],
      ['trials', trials, 0],
    ] as const) {
      if (/^\d+$/.test(value) && Number(value) >= least) continue;
      throw new DlError('usage', `${key}=${value} must be a whole number of at least 1.\n${help}`);
    }
    const root = process.cwd();
    const [name] = words;
    if (!existsSync(join(root, 'src/tune.ts')))
      throw new DlError('missing', `There is no src/tune.ts here. Start it in the folder of a project.`);
    const begunWith = await wordsOf(root, name, storage);
    const own = [`workers=${workers}`, `trials=${trials}`, ...(timeBudget ? [`timeBudget=${timeBudget}`] : [])];
    return tune(root, [...begunWith, ...own], storage ? { [storageVariable]: storage } : {});
  },
};

/** The settings that the study was begun with. In a database, where nobody is the first, it may not have begun: then it has those of config.ts. */
async function wordsOf(root: string, name: string, storage: string | undefined): Promise<readonly string[]> {
  const named = namedStorage(storage);
  const study = named ? await named.study(name) : (await findStudy(root, name)).study;
  await named?.close();
  const begunWith = study?.userAttributes[wordsKey];
  return Array.isArray(begunWith) ? studyWords(begunWith.map(String)) : [`study=${name}`];
}

/** The project's own script. The storage goes by the environment: others can see the words of a process. */
function tune(root: string, words: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/tune.ts', ...words], { cwd: root, stdio: 'inherit', env });
  for (const name of leavingSignals) process.on(name, () => child.kill(name));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
