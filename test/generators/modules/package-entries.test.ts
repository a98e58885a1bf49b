import { describe, expect, test } from 'vitest';
import { addPackageEntries, removePackageEntries } from '../../../generators/engine/package-entries.ts';

const entries = { scripts: { 'start:api': 'tsx api.ts' }, dependencies: { fastify: '^5.0.0' }, devDependencies: { vite: '^8.0.0' } };

const texts: Record<string, string> = {
  'as npm writes it': `${JSON.stringify({ name: 'x', scripts: { train: 'x' }, dependencies: { a: '1', zod: '4' }, devDependencies: { b: '2' } }, undefined, 2)}\n`,
  'with tabs and CR LF':
    '{\r\n\t"scripts": {\r\n\t\t"a": "b"\r\n\t},\r\n\t"dependencies": {\r\n\t\t"zod": "4"\r\n\t},\r\n\t"devDependencies": {\r\n\t\t"b": "2"\r\n\t}\r\n}',
  'on one line': '{"scripts":{"a":"b"},"dependencies":{"zod":"4"},"devDependencies":{"b":"2"}}',
  'with a byte order mark':
    '\ufeff{\n  "scripts": {\n    "a": "b"\n  },\n  "dependencies": {\n    "a": "1"\n  },\n  "devDependencies": {\n    "b": "2"\n  }\n}\n',
};

test.each(Object.entries(texts))('%s: entries are added, the rest stays, and taking them out gives every byte back', (_, text) => {
  const added = addPackageEntries(text, entries)!;
  const parse = (json: string) => JSON.parse(json.replace('\ufeff', ''));
  const before = parse(text);
  expect(parse(added)).toEqual({
    ...before,
    ...Object.fromEntries(Object.entries(entries).map(([section, fields]) => [section, { ...before[section], ...fields }])),
  });
  expect(addPackageEntries(added, entries)).toBe(added);
  expect(removePackageEntries(added, entries)).toBe(text);
});

describe('addPackageEntries', () => {
  test('puts packages to their place in the order, scripts at the end', () => {
    expect(addPackageEntries(texts['as npm writes it'], entries)).toBe(`{
  "name": "x",
  "scripts": {
    "train": "x",
    "start:api": "tsx api.ts"
  },
  "dependencies": {
    "a": "1",
    "fastify": "^5.0.0",
    "zod": "4"
  },
  "devDependencies": {
    "b": "2",
    "vite": "^8.0.0"
  }
}
`);
  });

  test('makes a section that is not there', () => {
    expect(JSON.parse(addPackageEntries('{\n  "name": "x"\n}\n', entries)!)).toEqual({ name: 'x', ...entries });
    expect(addPackageEntries('{\n  "name": "x"\n}\n', { scripts: { a: 'b' } })).toBe(
      '{\n  "name": "x",\n  "scripts": {\n    "a": "b"\n  }\n}\n',
    );
  });

  test('keeps what is there, a package in another section too', () => {
    const text = '{ "dependencies": { "vite": "7" }, "scripts": { "start:api": "mine" } }';
    const added = addPackageEntries(text, entries)!;
    expect(JSON.parse(added)).toMatchObject({ dependencies: { vite: '7' }, scripts: { 'start:api': 'mine' } });
    expect(JSON.parse(removePackageEntries(added, entries))).toMatchObject({
      dependencies: { vite: '7' },
      scripts: { 'start:api': 'mine' },
    });
  });

  test.each(['', '[]', 'null', '{ "a": 1, }', '{ /* mine */ }'])('does not touch %j, which is no package.json', (text) => {
    expect(addPackageEntries(text, entries)).toBeUndefined();
    expect(removePackageEntries(text, entries)).toBe(text);
  });
});
