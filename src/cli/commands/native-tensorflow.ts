import { spawnSync } from 'node:child_process';
import { removePackage } from '../../backend/native-install/add-package.ts';
import { installNative } from '../../backend/native-install/install-native.ts';
import { nativeLibrary } from '../../backend/native-install/native-library.ts';
import { loadNativePackage, nativeCanBeAdded } from '../../backend/native-package.ts';
import { DlError } from '../../core/errors.ts';
import { formatDuration } from '../../core/format.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Command } from '../command.ts';

const help = `dl-project native tensorflow            add TensorFlow's library (tfjs-node) to this project, or put it back
dl-project native tensorflow status     say whether it is there and loads
dl-project native tensorflow remove     take it out of this project`;

/** `dl-project native tensorflow`: the tfjs-node of the project in the working folder. */
export const nativeTensorflow: Command = {
  help,
  async run(args) {
    const [action = 'add', ...rest] = args;
    const actions: Record<string, () => Promise<number>> = { add, status, remove };
    if (!Object.hasOwn(actions, action) || rest.length > 0) {
      const wrong = rest[0] ?? action;
      throw new DlError('usage', `native tensorflow ${wrong}: not known.${didYouMean(wrong, Object.keys(actions))}\n${help}`);
    }
    return actions[action]();
  },
};

async function add(): Promise<number> {
  if (!nativeCanBeAdded()) {
    throw new DlError('missing', `There is no tfjs-node for ${process.platform} ${process.arch}. The wasm backend works here.`);
  }
  print(`
  tensorflow   TensorFlow's own library: every operation of tfjs, and several threads (DL_THREADS=2);
               most nets train faster with our own kernels: npx dl-project native
  weighs       300 MB in node_modules; 590 MB in ${nativeLibrary().folder}, shared by all your projects
`);
  const start = performance.now();
  await installNative(process.cwd(), (text) => print(`  ${formatDuration(performance.now() - start).padStart(6)}   ${text}`));
  if (!loads()) {
    throw new DlError(
      'missing',
      'Everything is in place, but tfjs-node does not load; the reason is above. DL_BACKEND=wasm goes without it.',
    );
  }
  print(`  ${formatDuration(performance.now() - start).padStart(6)}   it loads

  Next: npm run train       put back after it was wiped: npx dl-project native tensorflow
`);
  return 0;
}

async function status(): Promise<number> {
  loadNativePackage(1);
  return say('tfjs-node is there and loads.');
}

async function remove(): Promise<number> {
  await removePackage(process.cwd());
  return say(
    `Taken out of this project. The library stays in ${nativeLibrary().folder} for others: delete that folder when no project needs it.`,
  );
}

/** In a process of its own: a library for another processor ends the whole process. */
function loads(): boolean {
  const status = [...process.execArgv, process.argv[1], 'native', 'tensorflow', 'status'];
  return spawnSync(process.execPath, status, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

function say(text: string): number {
  print(`  ${text}`);
  return 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
