import { open, rename, rm } from 'node:fs/promises';

/** Writes a file so that a reader, a kill or a power cut sees the old content or the new, whole. */
export async function writeBytesAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync(); // else the new name may be on disk before the content
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
