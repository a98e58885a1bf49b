import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../../../generators/engine/exit.ts';
import { refusePath } from '../../../generators/engine/file-map.ts';
import { parseJson } from '../../../generators/engine/parse-json.ts';
import { refuseFilePath } from '../../../generators/preset/preset-file.ts';

const hasProto = (value: unknown): boolean => JSON.stringify(value)?.includes('"__proto__"') ?? false;

test('whatever JSON.stringify writes is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      fc.pre(!hasProto(value));
      const text = JSON.stringify(value, undefined, indent);
      expect(parseJson(text, 'a.json')).toEqual(JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});

test('whatever is taken is JSON; anything else is refused with its place, whatever it is', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b\\n"',
    '"\\x"',
    '"',
    "'a'",
    '1',
    '-0',
    '01',
    '1.',
    '1e5',
    'true',
    'nul',
    '//',
    '/*',
    ' ',
    '\n',
    '\u2028',
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 8 }), (some) => {
      const text = some.join('');
      let value: unknown;
      try {
        value = parseJson(text, 'a.json');
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect((error as Error).message).toMatch(/^a\.json, line \d+, column \d+: /);
        return;
      }
      expect(value).toEqual(JSON.parse(text));
    }),
    { numRuns: 2_000 },
  );
});

test('a text of megabytes is read, and not in endless time', () => {
  expect(parseJson(JSON.stringify({ a: 'x"\\\n'.repeat(1_000_000) }), 'a.json')).toHaveProperty('a');
  expect(() => parseJson(`{ "a": "${'x'.repeat(4_000_000)}`, 'a.json')).toThrow(/a value is expected/);
});

test('a path that a preset may write is one that the commit takes', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '', 'a', '.git', 'C:', '\\', 'nul', 'a.', '\0'), fc.string({ maxLength: 4 }));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const path = parts.join('/');
      try {
        refuseFilePath(path, (what) => {
          throw new UsageError(what);
        });
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        return;
      }
      expect(() => refusePath(path)).not.toThrow();
      expect(path.toLowerCase().split('/')[0]).not.toBe('.git');
    }),
    { numRuns: 2_000 },
  );
});
