import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interleave, median } from './interleave.ts';

/** A command that is measured as a whole process. */
export interface TimedCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Where it runs; asked before each run. */
  readonly folder: () => string;
  /** Joins the environment. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Medians. Where other work shares the machine, the wall time says little, the CPU time still much. */
export interface ProcessTime {
  readonly wallSeconds: number;
  /** Of all its processes. */
  readonly cpuSeconds: number;
}

const wrapper = fileURLToPath(new URL('timed.py', import.meta.url));

/** Measures commands in turns. Needs python3, since Node does not say what an ended process has used. */
export async function timeProcesses<Name extends string>(
  rounds: number,
  commands: Readonly<Record<Name, TimedCommand>>,
  place: string,
): Promise<Record<Name, ProcessTime>> {
  const names = Object.keys(commands) as Name[];
  const cpu = new Map(names.map((name) => [name, [] as number[]]));
  const rivals = names.map((name) => {
    const measure = () => {
      const { wallSeconds, cpuSeconds } = timeOnce(commands[name], join(place, 'time'));
      cpu.get(name)?.push(cpuSeconds);
      return wallSeconds;
    };
    return [name, measure] as const;
  });
  const wall = await interleave(rounds, Object.fromEntries(rivals) as Record<Name, () => number>);
  return Object.fromEntries(names.map((name) => [name, { wallSeconds: wall[name], cpuSeconds: median(cpu.get(name) ?? []) }])) as Record<
    Name,
    ProcessTime
  >;
}

function timeOnce({ program, args, folder, environment }: TimedCommand, file: string): ProcessTime {
  const options = { cwd: folder(), encoding: 'utf8', env: { ...process.env, ...environment } } as const;
  const { status, stdout, stderr } = spawnSync('python3', [wrapper, file, program, ...args], options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  const [wallSeconds, cpuSeconds] = readFileSync(file, 'utf8').split(' ').map(Number);
  return { wallSeconds, cpuSeconds };
}
