import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBytesAtomically } from '../../checkpoint/write-bytes-atomically.ts';
import { readSavedStep, type SavedStep, writeSavedStep } from './saved-step.ts';

/**
 * Where a recipe keeps its finished steps while it runs, so that it goes on behind the last one if it is killed: one file a step, whose name says what
 * it was made from. A step of another recipe, or of other weights, has another name.
 */
export class StepsFolder {
  readonly #folder: string;
  readonly #keys: readonly string[];

  /** @param keys for each step of the recipe what it was made from */
  constructor(folder: string, keys: readonly string[]) {
    this.#folder = folder;
    this.#keys = keys;
  }

  /** Before any work, so that a place where nothing can be written costs none. */
  async create(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
  }

  /** The last step that is there, whole, and wanted. */
  async newest(isWanted: (index: number) => boolean): Promise<{ readonly index: number; readonly saved: SavedStep } | undefined> {
    for (let index = this.#keys.length - 1; index >= 0; index--) {
      const path = this.#file(index);
      if (!isWanted(index) || !existsSync(path)) continue;
      try {
        return { index, saved: readSavedStep(await readFile(path)) };
      } catch {
        // A damaged one costs a step, not the recipe.
      }
    }
    return undefined;
  }

  /** What the step's training had saved is not needed any more then. */
  async save(index: number, step: SavedStep): Promise<void> {
    await this.create();
    await writeBytesAtomically(this.#file(index), writeSavedStep(step));
    await rm(this.#trainingFolder(index), { recursive: true, force: true });
  }

  /** Where the training of a step may save itself. */
  backup(index: number): { path(...parts: string[]): string } {
    return { path: (...parts) => join(this.#trainingFolder(index), ...parts) };
  }

  /** Also what other recipes have left here. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #file(index: number): string {
    return join(this.#folder, `${index + 1}-${this.#keys[index]}.safetensors`);
  }

  #trainingFolder(index: number): string {
    return join(this.#folder, `${index + 1}-${this.#keys[index]}`);
  }
}
