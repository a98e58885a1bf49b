import { readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { writeFileAtomically } from './write-file-atomically.ts';

/**
 * Makes a finished training the one that the other scripts take by themselves: `runs/latest` becomes a link to its folder, so that
 * `runs/latest/report.html` is its report. Where the disk knows no links it is a text file with the path.
 */
export function makeLatest(root: string, folder: string): void {
  const latest = join(root, 'runs', 'latest');
  const temporary = `${latest}.${process.pid}.tmp`;
  const onWindows = process.platform === 'win32';
  try {
    // A junction needs no rights on Windows, but its target is absolute; elsewhere the project may be moved.
    symlinkSync(onWindows ? folder : relative(join(root, 'runs'), folder), temporary, 'junction');
    if (onWindows) rmSync(latest, { force: true }); // where a link does not replace another one
    renameSync(temporary, latest);
  } catch {
    rmSync(temporary, { force: true });
    rmSync(latest, { force: true });
    writeFileAtomically(latest, `${relative(root, folder).split(sep).join('/')}\n`);
  }
}

/** The folder that `runs/latest` names, absolute; undefined where it names none. Whether a run is there is not looked at. */
export function readLatest(root: string): string | undefined {
  const latest = join(root, 'runs', 'latest');
  try {
    return resolve(root, 'runs', readlinkSync(latest));
  } catch {
    return readPath(latest, root);
  }
}

function readPath(file: string, root: string): string | undefined {
  try {
    return resolve(root, readFileSync(file, 'utf8').trim());
  } catch {
    return undefined; // none yet, or a folder of that name
  }
}
