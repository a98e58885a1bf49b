import { spawnSync } from 'node:child_process';
import { removePackage } from '../../backend/native-install/add-package.ts';
import { installNative } from '../../backend/native-install/install-native.ts';
import { nativeLibrary } from '../../backend/native-install/native-library.ts';
import { loadNativePackage, nativeCanBeAdded } from '../../backend/native-package.ts';
import { DlError } from '../../core/errors.ts';
import { formatDuration } from '../../core/format.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Command } from '../command.ts';

const help = `dl-project native            add TensorFlow's native backend to this project, or put its library back
dl-project native status     say whether it is there and loads
dl-project native remove     take it out of this project`;

/** `dl-project native`: the native backend of the project in the working folder. */
export const native: Command = {
  help,
  async run(args) {
    const [action = 'add', ...rest] = args;
    const actions: Record<string, () => Promise<number>> = { add, status, remove };
    if (!Object.hasOwn(actions, action) || rest.length > 0) {
      const wrong = rest[0] ?? action;
      throw new DlError('usage', `native ${wrong}: not known.${didYouMean(wrong, Object.keys(actions))}\n${help}`);
    }
    return actions[action]();
  },
};

async function add(): Promise<number> {
  if (!nativeCanBeAdded()) {
    throw new DlError('missing', `There is no native backend for ${process.platform} ${process.arch}. The wasm backend works here.`);
  }
  print(`
  native    TensorFlow's own library: every operation of tfjs, and several threads (DL_THREADS=2);
            small nets like lenet5 train as fast without it, on the wasm backend
  weighs    300 MB in node_modules; 590 MB in ${nativeLibrary().folder}, shared by all your projects
`);
  const start = performance.now();
  await installNative(process.cwd(), (text) => print(`  ${formatDuration(performance.now() - start).padStart(6)}   ${text}`));
  if (!loads()) {
    throw new DlError(
      'missing',
      'Everything is in place, but the native backend does not load; the reason is above. DL_BACKEND=wasm goes without it.',
    );
  }
  print(`  ${formatDuration(performance.now() - start).padStart(6)}   it loads

  Next: npm run train       put back after it was wiped: npm run native       take out: npx dl-project native remove
`);
  return 0;
}

async function status(): Promise<number> {
  loadNativePackage(1);
  return say('The native backend is there and loads.');
}

async function remove(): Promise<number> {
  await removePackage(process.cwd());
  return say(
    `Taken out of this project. The library stays in ${nativeLibrary().folder} for others: delete that folder when no project needs it.`,
  );
}

/** In a process of its own: a library for another processor ends the whole process. */
function loads(): boolean {
  const status = [...process.execArgv, process.argv[1], 'native', 'status'];
  return spawnSync(process.execPath, status, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

function say(text: string): number {
  print(`  ${text}`);
  return 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
