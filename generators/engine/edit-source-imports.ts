import type MagicString from 'magic-string';
import { endOfLineOrHere, indentationAt, lineBreakBefore, type Placed, type Source, type Statement } from './edit-source.ts';

type Import = Extract<Statement, { type: 'ImportDeclaration' }>;

/**
 * Adds `import { name } from 'from'` behind the other imports, or among them where those of the same folder stand in
 * order; in a file without imports as its first line, above the comment of the first statement.
 */
export function insertImport(edit: MagicString, source: Source, name: string, from: string): void {
  const { text, statements, style } = source;
  const line = `import { ${name} } from ${style.quote}${from}${style.quote}${style.semicolon}`;
  const imports = statements.filter((statement) => statement.type === 'ImportDeclaration');
  const before = predecessor(imports, from);
  const top = topOf(source);
  if (before === undefined && imports.length > 0 && top === imports[0].start) edit.appendLeft(top, `${line}${style.eol}`);
  else if (before ?? imports[0]) edit.appendLeft(endOfLineOrHere(text, (before ?? imports[0]).end), `${style.eol}${line}`);
  else edit.appendLeft(top, `${line}${style.eol}${style.eol}`);
}

/** The import of exactly `{ name }` from `from`. */
export function findImport({ statements }: Source, name: string, from: string): Placed<Import> | undefined {
  return statements.find(
    (statement): statement is Placed<Import> =>
      statement.type === 'ImportDeclaration' &&
      statement.source.value === from &&
      statement.specifiers.length === 1 &&
      statement.specifiers[0].local.name === name,
  );
}

/** Takes an import out again: after `insertImport` and `removeImport` the text is what it was. */
export function removeImport(edit: MagicString, { text, statements }: Source, found: Placed<Import>): void {
  const index = statements.indexOf(found);
  const end = endOfLineOrHere(text, found.end);
  const wholeLine = indentationAt(text, found.start) !== undefined;
  if (index > 0 && wholeLine) edit.remove(lineBreakBefore(text, found.start), end);
  else if (index > 0) edit.remove(found.start, found.end);
  else {
    const breaks = statements[1]?.type === 'ImportDeclaration' ? /(?:\r?\n)?/y : /(?:\r?\n){0,2}/y;
    breaks.lastIndex = end;
    breaks.exec(text);
    edit.remove(found.start, breaks.lastIndex);
  }
}

/** Every name that the statements of a file bring into it, by import or declaration. */
export function boundNames({ statements }: Source): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    if (statement.type === 'ImportDeclaration') for (const { local } of statement.specifiers) names.add(local.name);
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type === 'VariableDeclaration') {
      for (const { id } of declaration.declarations) if (id.type === 'Identifier') names.add(id.name);
    } else if (declaration && 'id' in declaration && declaration.id?.type === 'Identifier') names.add(declaration.id.name);
  }
  return names;
}

/** The import to stand behind: the last one, or in a folder's ordered row the last that comes before `from`; undefined for none. */
function predecessor(imports: readonly Import[], from: string): Import | undefined {
  const near = imports.filter(({ source }) => source.value.startsWith('./'));
  const inOrder = near.every(({ source }, i) => i === 0 || compareModules(near[i - 1].source.value, source.value) <= 0);
  const after = inOrder ? near.find(({ source }) => compareModules(source.value, from) > 0) : undefined;
  const index = after ? imports.indexOf(after) : imports.length;
  return imports[index - 1];
}

/** The order that Biome's organizeImports gives the modules of one folder: by name without `.ts`, numbers by their size. */
export function compareModules(a: string, b: string): number {
  const [left, right] = [a, b].map((module) => module.replace(/\.\w+$/, '').match(/\d+|\D/g) ?? []);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const numbers = Number(left[i]) - Number(right[i]);
    if (numbers) return numbers;
    if (left[i] !== right[i]) return left[i] < right[i] ? -1 : 1;
  }
  return left.length - right.length;
}

/** In front of the first statement and of the comment that belongs to it, but behind those of the file, set off by an empty line. */
function topOf({ text, statements, comments }: Source): number {
  let top = statements[0]?.start ?? text.length;
  for (const { start, end } of comments.filter((comment) => comment.end <= top).reverse()) {
    if (/\n\s*\n/.test(text.slice(end, top))) break;
    top = start;
  }
  return top;
}
