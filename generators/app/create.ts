import { EnvironmentBase } from 'yeoman-environment';
import { CancelledError, exitCodes } from '../engine/exit.ts';
import { makeFirstCommit } from '../engine/git.ts';
import { installPackages } from '../engine/install.ts';
import { interruptSignal } from '../engine/interrupt.ts';
import { PromptAdapter } from '../engine/prompt-adapter.ts';
import { refuseConflicts } from './consent.ts';
import { finalScreen, type Outcome } from './final-screen.ts';
import { AppGenerator, type AppOptions, type Written } from './generator.ts';
import { missingData } from './missing-data.ts';
import type { CreateRequest } from './request.ts';

/** Where the command prints. */
export interface Output {
  readonly print: (text: string) => void;
  /** Width of the terminal, in characters. */
  readonly columns: number;
}

/** Makes a project: asks what is open, writes everything at once, installs, commits, and shows what to do next. */
export async function create(request: CreateRequest, output: Output): Promise<number> {
  const interrupt = interruptSignal();
  const adapter = new PromptAdapter();
  await refuseConflicts(request, adapter);
  const written = await runGenerator(request, adapter);
  const { files, install } = written;
  const folder = request.destination.folder;
  const outcome: { -readonly [Key in keyof Outcome]: Outcome[Key] } = { files: files.size };
  if (install && !request.skipInstall && !interrupt.aborted) {
    output.print(`\n  ${request.packageManager} installs the packages, which takes a while the first time ...`);
    outcome.install = await installPackages(folder, request.packageManager, interrupt);
  }
  if (interrupt.aborted)
    throw new CancelledError(
      `\nInterrupted. ${request.destination.name} is complete, but its packages are not installed:\n  cd ${request.destination.shown || '.'}\n  ${request.packageManager} install`,
    );
  if (install && !request.skipGit && outcome.install?.kind !== 'failed') outcome.git = await makeFirstCommit(folder);
  output.print(finalScreen(request, outcome, missingData(folder, written.input), output.columns));
  return outcome.install?.kind === 'failed' ? exitCodes.failure : exitCodes.done;
}

/** Runs the Yeoman class in an environment that asks through our adapter. */
async function runGenerator(request: CreateRequest, adapter: PromptAdapter): Promise<Written> {
  const environment = new EnvironmentBase({ adapter: adapter as never, skipInstall: true } as never);
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
