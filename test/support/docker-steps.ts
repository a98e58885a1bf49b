import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';

/** What `docker build` would leave: the working folder of the last stage, and how it is started. */
export interface BuiltImage {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

interface Stage {
  readonly name: string;
  /** Its working folder on this machine. */
  readonly folder: string;
  workdir: string;
  environment: Record<string, string>;
}

export interface DockerStepsOptions {
  readonly dockerfile: string;
  /** The text of the .dockerignore that goes with it. */
  readonly ignore: string;
  /** The folder that Docker would be given. */
  readonly context: string;
  /** Where the stages' working folders go, beside each other. */
  readonly place: string;
  /** Carries out what a RUN says. */
  readonly run: (command: string, folder: string) => void;
}

/** Carries out the steps of a Dockerfile in folders of this machine, without Docker: COPY, RUN, ENV, WORKDIR, USER, CMD, HEALTHCHECK. */
export function dockerSteps({ dockerfile, ignore, context, place, run }: DockerStepsOptions): BuiltImage {
  const stages: Stage[] = [];
  let [user, command, healthcheck]: [string, string[], string[]] = ['root', [], []];
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const words = instruction.getArguments().map((argument) => argument.getValue());
    const stage = stages[stages.length - 1];
    const steps: Record<string, () => void> = {
      FROM: () => stages.push(newStage(words[2] ?? String(stages.length), place)),
      WORKDIR: () => {
        stage.workdir = words[0];
      },
      ENV: () => Object.assign(stage.environment, Object.fromEntries(words.map((word) => word.split('=')))),
      COPY: () => copy(words, instruction, stage, stages),
      RUN: () => run(words.join(' '), stage.folder),
      USER: () => {
        user = words[0];
      },
      CMD: () => {
        command = jsonOf(instruction);
      },
      HEALTHCHECK: () => {
        healthcheck = jsonOf(instruction);
      },
      EXPOSE: () => undefined,
    };
    const step = steps[instruction.getKeyword()];
    if (!step) throw new Error(`docker-steps.ts knows no ${instruction.getKeyword()}`);
    step();
  }
  const { folder, environment } = stages[stages.length - 1];
  return { folder, environment, user, command, healthcheck };

  function copy(words: readonly string[], instruction: Instruction, to: Stage, all: readonly Stage[]): void {
    const paths = words.filter((word) => !word.startsWith('--'));
    const from = /--from=(\S+)/.exec(instruction.getTextContent())?.[1];
    const source = all.find(({ name }) => name === from);
    if (from && !source) throw new Error(`There is no stage ${from}`);
    const target = paths[paths.length - 1];
    for (const path of paths.slice(0, -1)) {
      const origin = source ? placeIn(source, path) : join(context, path);
      const isShown = (file: string) => source !== undefined || !isIgnored(posix.relative(context, file), ignore);
      if (!existsSync(origin) || !isShown(origin)) throw new Error(`COPY: Docker does not see ${path}`);
      const inside = target.endsWith('/') && !statSync(origin).isDirectory() ? join(target, basename(path)) : target;
      cpSync(origin, placeIn(to, inside), { recursive: true, filter: isShown });
    }
  }
}

function newStage(name: string, place: string): Stage {
  const folder = join(place, `stage-${name}`);
  mkdirSync(folder, { recursive: true });
  return { name, folder, workdir: '/', environment: {} };
}

/** An absolute path lies in the working folder, or the Dockerfile is not for this. */
function placeIn({ folder, workdir }: Stage, path: string): string {
  return join(folder, path.startsWith('/') ? posix.relative(workdir, path) : path);
}

/** The last line that fits decides; a folder stands for what is in it. */
function isIgnored(path: string, ignore: string): boolean {
  let ignored = false;
  for (const line of ignore.split('\n')) {
    const pattern = line.replace(/^!/, '');
    const fits = pattern === '*' || path === pattern || path.startsWith(`${pattern}/`);
    if (pattern && !line.startsWith('#') && fits) ignored = !line.startsWith('!');
  }
  return ignored;
}

function jsonOf(instruction: Instruction): string[] {
  const text = instruction.getTextContent();
  return JSON.parse(text.slice(text.indexOf('[')));
}
