import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnvironmentBase } from 'yeoman-environment';
import { CancelledError, exitCodes } from '../engine/exit.ts';
import { makeFirstCommit } from '../engine/git.ts';
import { compileNativeKernels, type InstallOutcome, installPackages } from '../engine/install.ts';
import { holdInterrupts } from '../engine/interrupt.ts';
import { recover } from '../engine/journal.ts';
import type { Output } from '../engine/output.ts';
import { PromptAdapter } from '../engine/prompt-adapter.ts';
import { shellWord } from '../engine/shell-word.ts';
import { packageRoot } from '../package-root.ts';
import { askConsent } from './consent.ts';
import { conflictsOf, describeEnd, finalScreen, type Outcome } from './final-screen.ts';
import { AppGenerator, type AppOptions, type Written } from './generator.ts';
import { missingData } from './missing-data.ts';
import { describePreset, presetScreen } from './preset-screen.ts';
import type { CreateRequest } from './request.ts';

/** Makes a project: asks what is open, writes everything at once, installs, commits, and shows what to do next. */
export async function create(request: CreateRequest, output: Output): Promise<number> {
  const interrupts = holdInterrupts();
  try {
    const adapter = new PromptAdapter();
    interrupts.signal.addEventListener('abort', () => adapter.abort(new CancelledError()));
    for (const place of [request.destination.folder, dirname(request.destination.folder)])
      if (recover(place)) output.note('\n  An earlier run was killed while it wrote here; what it had done was taken back.');
    const decided = presetScreen(request.presets ?? {});
    if (decided) output.note(decided);
    await askConsent(request, adapter);
    const written = await runGenerator(request, adapter);
    const outcome = await finish(request, written, output, interrupts.signal);
    const end = { ...written, ...outcome, missingData: missingData(request.destination.folder, written.input) };
    const data = { ...describeEnd(request.destination, end), ...describePreset(request.presets ?? {}) };
    output.result(finalScreen(request.destination, end, output.columns), data);
    if (conflictsOf(written.changes).length > 0) return exitCodes.conflicts;
    return outcome.install?.kind === 'failed' || outcome.native?.kind === 'failed' ? exitCodes.failure : exitCodes.done;
  } finally {
    interrupts.release();
  }
}

/** What follows when all files are there: packages, TensorFlow's library, then the first commit, so that the lock file is in it. */
async function finish(request: CreateRequest, { input, changes }: Written, output: Output, interrupt: AbortSignal): Promise<Outcome> {
  const { folder, name, shown } = request.destination;
  const { install, git, backend, 'package-manager': packageManager } = input.answers;
  const settled = conflictsOf(changes).length === 0; // markers in package.json would only fail
  let [installed, native]: (InstallOutcome | undefined)[] = [];
  if (install === 'yes' && settled && !interrupt.aborted) {
    output.note(`\n  ${packageManager} installs the packages, which takes a while the first time ...`);
    installed = await installPackages(folder, packageManager, interrupt);
  }
  if (backend === 'native' && installed?.kind === 'installed' && !interrupt.aborted) {
    output.note('\n  the kernels are compiled for this processor ...');
    native = await compileNativeKernels(folder, packageManager, interrupt);
  }
  if (interrupt.aborted) {
    const goOn = [...(shown ? [`cd ${shellWord(shown)}`] : []), `${packageManager} install`];
    throw new CancelledError(`\nInterrupted. ${name} is complete, but its packages are not installed:\n  ${goOn.join('\n  ')}`);
  }
  const commit = git === 'yes' && settled && installed?.kind !== 'failed';
  return { install: installed, native, git: commit ? await makeFirstCommit(folder) : undefined };
}

/** Runs the Yeoman class in an environment that asks through our adapter. */
async function runGenerator(request: CreateRequest, adapter: PromptAdapter): Promise<Written> {
  // Yeoman reads package.json and .yo-rc.json where it stands; ours are sound, whatever lies around the user.
  const cwd = fileURLToPath(packageRoot);
  const environment = new EnvironmentBase({ adapter: adapter as never, cwd, skipInstall: true } as never);
  let written: Written | undefined;
  const options: AppOptions = {
    request,
    onWritten: (what) => {
      written = what;
    },
  };
  environment.register(AppGenerator as never, { namespace: 'create-dl-project:app', resolved: import.meta.filename });
  const generator = await environment.create('create-dl-project:app', { generatorOptions: options as never });
  await environment.runGenerator(generator as never);
  if (!written) throw new Error('Yeoman ended without an error and without a project.');
  return written;
}
