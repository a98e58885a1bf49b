import type { z } from 'zod';
import { DlError } from '../core/errors.ts';
import { describeAllowed } from './describe-schema.ts';
import type { SettingInfo } from './list-settings.ts';
import { showValue } from './show-value.ts';
import { unknownSetting } from './unknown-setting.ts';

/** Collects everything that is wrong with a config, so that it can be told at once. */
export class Problems {
  readonly #lines: (string | { readonly unknownKey: string; readonly source: string })[] = [];

  add(line: string): void {
    this.#lines.push(line);
  }

  /** @param source put before the line: `config.ts: ` */
  addUnknown(key: string, source = ''): void {
    this.#lines.push({ unknownKey: key, source });
  }

  /** @param where the setting, as it was written */
  addWrongValue(where: string, schema: z.ZodType, value: unknown): void {
    const issues = schema.safeParse(value).error?.issues ?? [];
    const own = issues.filter((issue) => issue.code === 'custom' && issue.message !== 'Invalid input').map((issue) => issue.message);
    const words = [schema.description ?? [], own].flat().map((text) => ` ${text}`);
    this.add(`${where} must be ${describeAllowed(schema)}, not ${showValue(value)}.${words.join('')}`);
  }

  /**
   * @param settings all that can be given, for suggestions  @param otherNames names beside them: switches
   * @throws DlError `config` with one line for each problem
   */
  throwIfAny(settings: () => readonly SettingInfo[], otherNames: readonly string[] = []): void {
    if (this.#lines.length === 0) return;
    const known = settings();
    const lines = this.#lines.map((line) =>
      typeof line === 'string' ? line : line.source + unknownSetting(line.unknownKey, known, otherNames),
    );
    throw new DlError('config', [...new Set(lines)].join('\n'));
  }
}
