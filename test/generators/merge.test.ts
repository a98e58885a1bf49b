import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { mergeFile } from '../../generators/engine/merge-file.ts';
import { mergeJson } from '../../generators/engine/merge-json.ts';
import { conflictMarker, mergeText } from '../../generators/engine/merge-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'merge-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `git merge-file` makes of pairs of texts with one base. One shell starts all, which is several times faster. */
function gitMerges(
  base: string,
  pairs: readonly (readonly [ours: string, theirs: string])[],
  flags = '',
): { text: string; hasConflict: boolean }[] {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('base', base);
  pairs.forEach(([ours, theirs], index) => {
    write(`${index}.ours`, ours);
    write(`${index}.theirs`, theirs);
  });
  const one = `git merge-file ${flags} -p $i.ours base $i.theirs > $i.out 2>/dev/null; echo $? > $i.code`;
  execFileSync('sh', ['-c', `i=0; while [ $i -lt ${pairs.length} ]; do ${one}; i=$((i+1)); done`], { cwd: folder });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return pairs.map((_, index) => ({ text: read(`${index}.out`), hasConflict: read(`${index}.code`).trim() !== '0' }));
}

const base = Array.from({ length: 40 }, (_, index) => `line ${index}\n`);
const edit = fc.record({ at: fc.nat(40), removes: fc.nat(2), adds: fc.array(fc.constantFrom('a\n', 'b\n', 'c\n'), { maxLength: 2 }) });
const edited = fc.array(edit, { maxLength: 4 }).map((edits) => {
  const lines = [...base];
  for (const { at, removes, adds } of edits) lines.splice(at, removes, ...adds);
  return lines.join('');
});

describe('merging by line', () => {
  test('agrees with git on 300 random merges: whether there is a conflict, and every clean result', () => {
    const pairs = fc.sample(fc.tuple(edited, edited), 300);
    const results = gitMerges(base.join(''), pairs).map((git, index) => {
      const [ours, theirs] = pairs[index];
      const merged = mergeText({ ours, base: base.join(''), theirs }, 'markers');
      expect(merged.conflicts > 0, JSON.stringify(pairs[index])).toBe(git.hasConflict);
      if (!git.hasConflict) expect(merged.text, JSON.stringify(pairs[index])).toBe(git.text);
      return git.hasConflict;
    });
    expect(new Set(results).size).toBe(2); // both kinds came
  });

  test.each(['ours', 'theirs'] as const)('settles each place as git does with --%s', (winner) => {
    const before = 'a\nb\nc\nd\ne\nf\n';
    const [ours, theirs] = ['a\nX\nc\nd\ne\nf\n', 'a\nY\nc\nd\ne\nF\n'];
    const [git] = gitMerges(before, [[ours, theirs]], `--${winner}`);
    expect(mergeText({ ours, base: before, theirs }, winner).text).toBe(git.text);
  });

  test('any merge with an unchanged side is the other side, whatever the texts', () => {
    const text = fc.array(fc.constantFrom('x', 'y', '\n', '\r\n', 'é\n'), { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(mergeText({ ours: one, base: one, theirs: other }, 'markers')).toEqual({ text: other, conflicts: 0 });
        expect(mergeText({ ours: other, base: one, theirs: one }, 'markers')).toEqual({ text: other, conflicts: 0 });
        expect(mergeText({ ours: other, base: one, theirs: other }, 'markers')).toEqual({ text: other, conflicts: 0 });
        expect(mergeText({ ours: one, base: undefined, theirs: other }, 'ours').text).toBe(one);
        expect(mergeText({ ours: one, base: undefined, theirs: other }, 'theirs').text).toBe(other);
      }),
    );
  });

  test('markers stand on lines of their own, also where a last line has no end', () => {
    const { text, conflicts } = mergeText({ ours: 'a\nmine', base: 'a\n', theirs: 'a\nnew' }, 'markers');
    expect(conflicts).toBe(1);
    expect(text).toBe('a\n<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> template\n');
    expect(text).toMatch(conflictMarker);
  });

  test('20,000 lines, and files that share nothing, end', () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`);
    const changed = (at: number) => long.map((line, index) => (index === at ? 'changed\n' : line)).join('');
    const merged = mergeText({ ours: changed(5), base: long.join(''), theirs: changed(19_990) }, 'markers');
    expect(merged.conflicts).toBe(0);
    expect(merged.text.match(/changed/g)).toHaveLength(2);
    const other = long.map((line) => `other ${line}`).join('');
    expect(mergeText({ ours: changed(5), base: long.join(''), theirs: other }, 'theirs')).toEqual({ text: other, conflicts: 1 });
  });
});

describe('merging JSON by key', () => {
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  const merge = (ours: unknown, before: unknown, theirs: unknown, winner: 'ours' | 'theirs' | 'markers' = 'markers') =>
    mergeJson({ ours: json(ours), base: before === undefined ? undefined : json(before), theirs: json(theirs) }, winner)!;

  test('neighbouring keys that both sides changed are no conflict, as they are by line', () => {
    const merged = merge({ a: 1, b: 3 }, { a: 1, b: 2 }, { a: 2, b: 2 });
    expect(merged).toEqual({ text: json({ a: 2, b: 3 }), conflicts: 0 });
  });

  test("keeps the user's indent, order of keys and line end; new keys follow the key they follow in the template", () => {
    const ours = '{\n\t"type": "module",\n\t"name": "x"\n}';
    const theirs = json({ name: 'x', type: 'module', engines: {} });
    expect(mergeJson({ ours, base: undefined, theirs }, 'markers')!.text).toBe(
      '{\n\t"type": "module",\n\t"engines": {},\n\t"name": "x"\n}',
    );
  });

  test('sorted keys stay sorted', () => {
    const merged = merge({ dependencies: { a: '1', z: '1' } }, { dependencies: { a: '1' } }, { dependencies: { a: '1', m: '1' } });
    expect(Object.keys(JSON.parse(merged.text).dependencies)).toEqual(['a', 'm', 'z']);
  });

  test('what one side removed is gone, unless the other changed it', () => {
    expect(merge({ b: 1 }, { a: 1, b: 1 }, { a: 1, b: 2 }).text).toBe(json({ b: 2 }));
    expect(merge({ b: 1 }, { a: 1, b: 1 }, { a: 2, b: 1 }).conflicts).toBe(1);
    expect(merge({ b: 1 }, { a: 1, b: 1 }, { a: 2, b: 1 }, 'ours').text).toBe(json({ b: 1 }));
  });

  test('an array is one value, and stays on its line', () => {
    const ours = '{\n  "lib": ["a", "b"],\n  "x": 1\n}\n';
    expect(mergeJson({ ours, base: ours, theirs: ours.replace('1', '2') }, 'markers')!.text).toBe(ours.replace('1', '2'));
    expect(merge({ files: ['a', 'b'] }, { files: ['a'] }, { files: ['a', 'c'] }).conflicts).toBe(1);
  });

  test('a conflict has the same markers as in any text', () => {
    const { text } = merge({ a: 1 }, { a: 0 }, { a: 2 });
    expect(text).toBe('{\n<<<<<<< yours\n  "a": 1\n=======\n  "a": 2\n>>>>>>> template\n}\n');
  });

  test('__proto__ is a key like any other', () => {
    const hostile = '{ "__proto__": { "polluted": true }, "a": 1 }';
    const { text } = mergeJson({ ours: hostile, base: undefined, theirs: '{ "b": 2 }' }, 'markers')!;
    expect(Object.keys(JSON.parse(text)).sort()).toEqual(['__proto__', 'a', 'b']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('with equal sides, an unchanged side or a winner, random objects come out whole', () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((one) => ({ one }));
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const [one, other] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
        expect(JSON.parse(merge(one, one, other).text)).toEqual(other);
        expect(JSON.parse(merge(one, other, other).text)).toEqual(one);
        JSON.parse(merge(one, JSON.parse(JSON.stringify(c)), other, 'theirs').text);
      }),
    );
  });

  test('comments make it a text', () => {
    expect(mergeJson({ ours: '{} // mine', base: undefined, theirs: '{}' }, 'markers')).toBeUndefined();
    expect(mergeFile('tsconfig.json', { ours: '{} // mine\n', base: undefined, theirs: '{}\n' }, 'markers').conflicts).toBe(1);
  });
});

test('lists of ignored files are joined entry by entry', () => {
  const merged = mergeFile('.gitignore', { ours: '# mine\nsecret\nold', base: 'old\nruns/\n', theirs: 'runs/\ndataset/\n' }, 'markers');
  expect(merged).toEqual({ text: '# mine\nsecret\ndataset/\n', conflicts: 0 }); // the user took runs/ out, the template old
});
