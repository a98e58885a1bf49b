import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DlError } from '../../../core/errors.ts';
import { scriptCommand } from '../../../runs/script-command.ts';
import { findStudy } from '../../../tuning/read-study.ts';
import { wordsKey } from '../../../tuning/study-fingerprint.ts';
import { parseSettings } from '../../parse-settings.ts';
import type { StudyAction } from './study-action.ts';

/** `dl-project study worker` */
export const workOnStudy: StudyAction = {
  name: 'worker',
  usage: 'worker <name> [workers=1]',
  summary: 'takes trials from a study that another process has begun, until none is left',
  async run(args, help) {
    const { words, settings } = parseSettings(args, ['workers'], { command: 'study worker', help });
    const { workers = '1' } = settings;
    if (words.length !== 1 || !/^[1-9]\d*$/.test(workers))
      throw new DlError('usage', `worker takes a study and how many trainings at a time.\n${help}`);
    const root = process.cwd();
    const [name] = words;
    if (!existsSync(join(root, 'src/tune.ts')))
      throw new DlError('missing', `There is no src/tune.ts here. Start it in the folder of a project.`);
    const { study } = await findStudy(root, name);
    const begunWith = study.userAttributes[wordsKey];
    if (!Array.isArray(begunWith))
      throw new DlError('missing', `The study ${name} has not begun. Type: ${scriptCommand('tune', `study=${name}`)}`);
    const kept = begunWith.map(String).filter((word) => !/^(--)?workers=/.test(word));
    return tune(root, [...kept, `workers=${workers}`]);
  },
};

/** The project's own script, with the settings that the study was begun with. */
function tune(root: string, words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/tune.ts', ...words], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
