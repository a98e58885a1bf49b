import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file so that a reader, or a crash, never sees half of it. Synchronous: also called when Ctrl-C ends the process. */
export function writeFileAtomically(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
