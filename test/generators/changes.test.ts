import { describe, expect, test } from 'vitest';
import { type Base, planChanges, planRemovals } from '../../generators/engine/changes.ts';
import type { ConflictRule } from '../../generators/engine/conflict-rule.ts';
import { refusePath } from '../../generators/engine/file-map.ts';
import { blobId, changeManifest, manifestPath, parseManifest, renderManifest } from '../../generators/engine/manifest.ts';

const rendered = 'one\ntwo\nthree\nfour\n';
const updated = rendered.replace('four', 'FOUR');

/** What was rendered before, with or without its text still to be had. */
function baseOf(files: Record<string, string>, hasTexts = true): Base {
  return {
    paths: Object.keys(files),
    id: (path) => (path in files ? blobId(files[path]) : undefined),
    text: (path) => (hasTexts ? files[path] : undefined),
  };
}

/** Plans one file that was rendered as `rendered`. */
function plan(current: string | undefined, next: string, rule?: ConflictRule, base = baseOf({ 'a.ts': rendered })) {
  return planChanges(() => current, new Map([['a.ts', next]]), base, rule)[0];
}

describe('what becomes of a file', () => {
  test.each([
    ['is not there and never was: created', undefined, updated, 'create', updated, baseOf({})],
    ['was removed by the user: stays removed', undefined, updated, 'keep', undefined, undefined],
    ['holds the new text: the same', updated, updated, 'same', updated, undefined],
    ['was never touched: changed', rendered, updated, 'change', updated, undefined],
    ['was never touched, and its history is lost: changed too', rendered, updated, 'change', updated, baseOf({ 'a.ts': rendered }, false)],
    ['was edited where the template stayed: kept', `mine\n${rendered}`, rendered, 'keep', `mine\n${rendered}`, undefined],
    ['was edited elsewhere: merged', `mine\n${rendered}`, updated, 'merge', `mine\n${updated}`, undefined],
  ] as const)('that %s', (_, current, next, kind, text, base) => {
    expect(plan(current, next, undefined, base)).toMatchObject({ kind, text, before: current });
  });

  test.each([
    ['fail', 'conflict', /^one\n.*<<<<<<< yours\nvier\n=======\nFOUR\n>>>>>>> template\n$/s],
    ['markers', 'conflict', /<<<<<<< yours/],
    ['ours', 'keep', /vier\n$/],
    ['theirs', 'change', /FOUR\n$/],
  ] as const)('that both sides changed in one place, with --conflict %s', (rule, kind, text) => {
    const change = plan(rendered.replace('four', 'vier'), updated, rule);
    expect(change.kind).toBe(kind);
    expect(change.text).toMatch(text);
  });

  test('that nobody knows the origin of is a conflict, unless it can be merged by key', () => {
    expect(plan('mine\n', updated, 'fail', baseOf({}))).toMatchObject({ kind: 'conflict' });
    const [change] = planChanges(() => '{"a":1}', new Map([['b.json', '{"b":2}']]), baseOf({}));
    expect(change.kind).toBe('merge');
    expect(JSON.parse(change.text!)).toEqual({ a: 1, b: 2 });
  });

  test('that git checked out with CR LF counts as untouched, and keeps its line ends', () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    expect(plan(crlf(rendered), rendered).kind).toBe('same');
    expect(plan(crlf(rendered), updated)).toMatchObject({ kind: 'change', text: crlf(updated) });
    expect(plan(crlf(`mine\n${rendered}`), updated)).toMatchObject({ kind: 'merge', text: crlf(`mine\n${updated}`) });
  });

  test('with markers of an earlier merge is not merged again', () => {
    const marked = plan(rendered.replace('four', 'vier'), updated, 'markers').text!;
    for (const rule of ['fail', 'markers'] as const)
      expect(plan(marked, updated, rule)).toMatchObject({ kind: 'conflict', text: marked, note: /earlier/ });
    expect(plan(marked, updated, 'theirs')).toMatchObject({ kind: 'change', text: updated });
  });

  test('that is no text is never written back', () => {
    const broken = Buffer.from([0xff, 0xfe, 0x41, 0x00]).toString('utf8');
    expect(plan(broken, updated, 'markers')).toMatchObject({ kind: 'conflict', text: broken });
    expect(plan(broken, updated, 'ours')).toMatchObject({ kind: 'keep', text: broken });
    expect(plan(broken, updated, 'theirs')).toMatchObject({ kind: 'change', text: updated });
  });

  test('that is the manifest: it is the tool itself that writes it', () => {
    const [change] = planChanges(() => 'edited', new Map([[manifestPath, 'new']]), baseOf({}));
    expect(change).toMatchObject({ kind: 'change', text: 'new' });
  });
});

test('files the template dropped go, if the user never touched them', () => {
  const base = baseOf({ 'gone.ts': 'x', 'untouched.ts': rendered, 'edited.ts': rendered });
  const now: Record<string, string> = { 'untouched.ts': rendered, 'edited.ts': updated };
  expect(planRemovals((path) => now[path], base.paths, base)).toMatchObject([
    { path: 'untouched.ts', kind: 'remove', text: undefined },
    { path: 'edited.ts', kind: 'keep', text: updated },
  ]);
});

describe('the manifest', () => {
  const text = renderManifest(new Map([['b', 'b'], ['a', 'a']]), '1.0.0'); // biome-ignore format: two files
  test('lists paths in order, and reads itself', () => {
    expect(Object.keys(parseManifest(text)!.files)).toEqual(['a', 'b']);
  });

  test('takes files in and out', () => {
    const changed = parseManifest(changeManifest(parseManifest(text)!, new Map([['aa', 'new']]), ['b']))!;
    expect(Object.keys(changed.files)).toEqual(['a', 'aa']);
    expect(changed.version).toBe('1.0.0');
  });

  test.each(['', '[]', '{"schema":2,"version":"1","files":{}}', '{"schema":1,"version":"1","files":{"a":"x; rm -rf"}}', 'null'])(
    'that is none (%j) is none',
    (broken) => {
      expect(parseManifest(broken)).toBeUndefined();
    },
  );
});

test.each(['', '/etc/passwd', '../x', 'a/../b', 'a//b', './a', 'a/', 'C:x', 'C:\\x', 'a\\b', '\\\\server\\share', 'a\0b', 'a:stream'])(
  '%j is no path inside a project',
  (path) => {
    expect(() => refusePath(path)).toThrow(/mistake in create-dl-project/);
  },
);
