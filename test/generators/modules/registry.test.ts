import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addConfigEntry, configEntryState, removeConfigEntry } from '../../../generators/engine/config-entry.ts';
import { register, unregister } from '../../../generators/engine/registry.ts';

const entry = { list: 'callbacks', name: 'slackMessage', from: './slack-message.ts' };

describe('a list that grows', () => {
  const names = Array.from({ length: 12 }, (_, index) => `callbackOfSomeKind${index}`);
  const grown = names.reduce(
    (text, name) => register(text, { list: 'callbacks', name, from: `./${name}.ts` })!,
    'export const callbacks = [] as const;\n',
  );

  test('is broken onto lines before one of them is longer than 140 characters', () => {
    for (const line of grown.split('\n')) expect(line.length).toBeLessThanOrEqual(140);
    expect(grown).toContain(`export const callbacks = [\n${names.map((name) => `  ${name},\n`).join('')}] as const;\n`);
  });

  test('can be taken apart again', () => {
    const empty = names.reduce((text, name) => unregister(text, { list: 'callbacks', name, from: `./${name}.ts` })!, grown);
    expect(empty.replace(/\s+/g, ' ')).toContain('export const callbacks = [ ] as const;');
  });

  test('stays as it is where comments stand between its items', () => {
    const commented = `const [a, b] = [0, 0];\nexport const callbacks = [a, /* ${'mine '.repeat(25)}*/ b];\n`;
    const text = register(commented, { list: 'callbacks', name: 'slackMessage', from: './slack-message.ts' });
    expect(text).toContain('*/ b, slackMessage];');
  });
});

describe('register', () => {
  test.each([
    [
      'an empty list',
      '/** Callbacks. */\nexport const callbacks = [] as const;\n',
      "import { slackMessage } from './slack-message.ts';\n\n/** Callbacks. */\nexport const callbacks = [slackMessage] as const;\n",
    ],
    [
      'a list on one line',
      "import { a } from './a.ts';\n\nexport const callbacks = [a] as const;\n",
      "import { a } from './a.ts';\nimport { slackMessage } from './slack-message.ts';\n\nexport const callbacks = [a, slackMessage] as const;\n",
    ],
    [
      'imports in their order',
      "import x from 'x';\nimport { a } from './a.ts';\nimport { z } from './z.ts';\nexport const callbacks = [a, z];\n",
      "import x from 'x';\nimport { a } from './a.ts';\nimport { slackMessage } from './slack-message.ts';\nimport { z } from './z.ts';\nexport const callbacks = [a, z, slackMessage];\n",
    ],
    [
      'a list of lines with comments',
      "import { a } from './a.ts';\nexport const callbacks = [\n  a, // first\n  ...more, // second\n  // add yours here\n];\n",
      "import { a } from './a.ts';\nimport { slackMessage } from './slack-message.ts';\nexport const callbacks = [\n  a, // first\n  ...more, // second\n  slackMessage,\n  // add yours here\n];\n",
    ],
    [
      'no trailing comma, double quotes, no semicolons, tabs',
      'import { a } from "./a.ts" // mine\nexport const callbacks = [\n\ta // first\n] satisfies unknown[]\n',
      'import { a } from "./a.ts" // mine\nimport { slackMessage } from "./slack-message.ts"\nexport const callbacks = [\n\ta, // first\n\tslackMessage\n] satisfies unknown[]\n',
    ],
    [
      'Windows line ends and a byte order mark',
      '\ufeff/* licence */\r\n\r\nexport const callbacks: readonly unknown[] = [\r\n];\r\n',
      "\ufeff/* licence */\r\n\r\nimport { slackMessage } from './slack-message.ts';\r\n\r\nexport const callbacks: readonly unknown[] = [\r\n  slackMessage,\r\n];\r\n",
    ],
  ])('keeps the style of %s, and unregister gives the file back', (_, before, after) => {
    expect(register(before, entry)).toBe(after);
    expect(register(after, entry)).toBe(after);
    expect(unregister(after, entry)).toBe(before);
    expect(unregister(before, entry)).toBe(before);
  });

  test.each([
    ['there is no such list', 'export const other = [];\n'],
    ['the list is made by a call', 'export const callbacks = list([]);\n'],
    ['the list is not exported', 'const callbacks = [];\n'],
    ['the list has holes', 'export const callbacks = [a, , b];\n'],
    ['the name is used for something else', 'const slackMessage = 1;\nexport const callbacks = [];\n'],
    ['the file is not TypeScript', 'export const callbacks = [;\n'],
  ])('does nothing where %s', (_, text) => {
    expect(register(text, entry)).toBeUndefined();
  });

  test('is not undone where the file uses the part for more than the list', () => {
    const text = register('export const callbacks = [];\n', entry);
    expect(unregister(`${text}export const favourite = slackMessage;\n`, entry)).toBeUndefined();
    expect(unregister(`${text}// slackMessage is mine\n`, entry)).toBe('export const callbacks = [];\n// slackMessage is mine\n');
  });

  test('gives every file back byte by byte, whatever its style', () => {
    fc.assert(
      fc.property(indexFile, (text) => {
        // A line that grows past 140 characters is broken, and stays so; import and list may share one.
        fc.pre(text.split('\n').every((line) => line.length < (/import.*export/.test(line) ? 75 : 100)));
        const after = register(text, entry);
        expect(after, text).toBeDefined();
        expect(isWithin(after!, text), 'only insertions').toBe(true);
        expect(unregister(after!, entry)).toBe(text);
        const second = { ...entry, name: 'another', from: './another.ts' };
        const both = register(after!, second)!;
        const isBroken = both.split('\n').length > after!.split('\n').length + 1;
        if (!isBroken) expect(unregister(unregister(both, second)!, entry)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('config entry', () => {
  const callback = { path: ['callbacks'], name: 'slackMessage' };
  const metric = { path: ['training', 'metrics'], name: 'topTwo' };

  test.each([
    [callback, 'export default { callbacks: {} };\n', 'export default { callbacks: { slackMessage: {} } };\n'],
    [callback, 'export default { callbacks: { } };\n', 'export default { callbacks: { slackMessage: {}} };\n'],
    [
      callback,
      "export default defineConfig<Project>({\n  callbacks: {\n    csvLogger: {}, // a table\n  },\n  compression: { recipe: 'x' },\n});\n",
      "export default defineConfig<Project>({\n  callbacks: {\n    csvLogger: {}, // a table\n    slackMessage: {},\n  },\n  compression: { recipe: 'x' },\n});\n",
    ],
    [
      metric,
      'const config = { "training": { metrics: ["accuracy"] } } satisfies X;\nexport default config;\n',
      'const config = { "training": { metrics: ["accuracy", "topTwo"] } } satisfies X;\nexport default config;\n',
    ],
  ])('is put in as the file is written, and taken out again', (what, before, after) => {
    expect(addConfigEntry(before, what)).toBe(after);
    expect(addConfigEntry(after, what)).toBe(after);
    expect(configEntryState(after, what)).toBe('untouched');
    expect(configEntryState(before, what)).toBe('absent');
    expect(removeConfigEntry(after, what)).toBe(before);
  });

  test('is not put where there is no such object', () => {
    expect(addConfigEntry('export default {};\n', callback)).toBeUndefined();
    expect(addConfigEntry('export default load();\n', callback)).toBeUndefined();
  });

  test('counts as changed once it holds something', () => {
    const text = "export default { callbacks: { slackMessage: { channel: '#ml' } } };\n";
    expect(configEntryState(text, callback)).toBe('changed');
    expect(removeConfigEntry(text, callback)).toBe('export default { callbacks: {} };\n');
  });
});

/** Files that hold the list in every style we know of. */
const space = fc.constantFrom('', ' ', '  ', ' /* c */ ', '/* a\n b */');
const lineSpace = fc.constantFrom('', ' // c', ' /* c */', '  ');
const item = fc.constantFrom('a', '...more', '(b)', 'f({ x: [1, 2] })', "c as unknown as Callback<'x'>", '`t`');
const oneLine = fc
  .tuple(fc.array(item, { maxLength: 3 }), space, space, fc.boolean())
  .map(([items, open, close, comma]) => `[${open}${items.join(', ')}${comma && items.length > 0 ? ',' : ''}${close}]`);
const lines = fc
  .tuple(
    fc.array(fc.tuple(item, lineSpace), { maxLength: 3 }),
    fc.constantFrom('  ', '    ', '\t'),
    fc.boolean(),
    fc.constantFrom('', '// end\n', '\n', '  /* end */\n'),
  )
  .map(([items, indent, comma, end]) => {
    const rows = items.map(([text, after], i) => `${indent}${text}${i < items.length - 1 || comma ? ',' : ''}${after}\n`);
    return `[\n${rows.join('')}${end}]`;
  });
const head = fc.constantFrom('', '/* licence */\n\n', '/* licence */\n', '// @ts-check\n\n/** Callbacks.\n\n Many. */\n', '\n\n');
const imports = fc.constantFrom(
  '',
  "import { a } from './a.ts';\n",
  "import { a } from './a.ts'; // mine\n\n",
  "import { z } from './z.ts';\nimport y from 'y';\n",
  "// about z\nimport { z } from './z.ts';\nimport {\n  zz,\n} from './zz.ts';\n",
  "import z from './z.ts'; ",
);
const tail = fc.constantFrom('', ' as const', ' satisfies readonly unknown[]', ' as const satisfies X[]');
const indexFile = fc
  .tuple(
    head,
    imports,
    head,
    fc.oneof(oneLine, lines),
    tail,
    fc.constantFrom(';\n', ';', '\n', ';\n\nexport const x = 1;\n'),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([first, importLines, comment, list, type, end, windows, mark]) => {
    const text = `${first}${importLines}${comment}export const callbacks = ${list}${type}${end}`;
    return `${mark ? '\ufeff' : ''}${windows ? text.replaceAll('\n', '\r\n') : text}`;
  });

/** Whether `text` can be had from `longer` by leaving characters out: nothing was moved or changed. */
function isWithin(longer: string, text: string): boolean {
  let at = 0;
  for (const character of longer) if (character === text[at]) at++;
  return at === text.length;
}
