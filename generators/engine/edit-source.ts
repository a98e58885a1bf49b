import { parse } from '@babel/parser';

/** A TypeScript file to be edited: its text, its syntax tree, and how its author writes. */
export interface Source {
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly comments: readonly Placed<object>[];
  readonly style: SourceStyle;
}

/** The ways of writing that an insertion takes over. */
export interface SourceStyle {
  readonly quote: string;
  /** `;`, or nothing. */
  readonly semicolon: string;
  readonly eol: string;
  /** One level of indentation. */
  readonly indent: string;
}

/** A node with its place in the text; nodes made by the parser always have one. */
export type Placed<Node> = Node & { readonly start: number; readonly end: number };
export type Statement = Placed<BareStatement>;
export type Expression = Placed<BareExpression>;
/** What an item can be put into. */
export type List = Placed<Extract<BareExpression, { type: 'ArrayExpression' | 'ObjectExpression' }>>;

type BareStatement = ReturnType<typeof parse>['program']['body'][number];
type BareExpression = Extract<BareStatement, { type: 'ExpressionStatement' }>['expression'];

/** Parses a file; undefined where it cannot be parsed. */
export function openSource(text: string): Source | undefined {
  try {
    const { program, comments } = parse(text, { sourceType: 'module', plugins: ['typescript'], createParenthesizedExpressions: true });
    const statements = program.body as Statement[];
    return { text, statements, comments: (comments ?? []) as Placed<object>[], style: styleOf(text, statements) };
  } catch {
    return undefined;
  }
}

/** The value behind parentheses, `as const`, `satisfies ...` and `!`. */
export function unwrap(node: { readonly type: string } | null | undefined): Expression | undefined {
  let inner = node as BareExpression | null | undefined;
  while (
    inner?.type === 'TSAsExpression' ||
    inner?.type === 'TSSatisfiesExpression' ||
    inner?.type === 'TSNonNullExpression' ||
    inner?.type === 'ParenthesizedExpression'
  ) {
    inner = inner.expression;
  }
  return (inner ?? undefined) as Expression | undefined;
}

/** The initial value of a constant of the file, exported or not. */
export function constant(statements: readonly Statement[], name: string, exported = false): Expression | undefined {
  for (const statement of statements) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : exported ? undefined : statement;
    if (declaration?.type !== 'VariableDeclaration') continue;
    const found = declaration.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name);
    if (found) return unwrap(found.init);
  }
  return undefined;
}

/** Where the next thing after `position` is that is neither space nor comment. */
export function skipTrivia(text: string, position: number): number {
  const trivia = /(?:\s|\ufeff|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
  trivia.lastIndex = position;
  trivia.exec(text);
  return trivia.lastIndex;
}

/** The end of the line that holds `position`, if only spaces and whole comments follow on it; else `position` itself. */
export function endOfLineOrHere(text: string, position: number): number {
  const rest = /(?:[ \t]|\/\*[^\n\r]*?\*\/)*(?:\/\/[^\n\r]*)?(?=\r?\n|$)/y;
  rest.lastIndex = position;
  return rest.exec(text) ? rest.lastIndex : position;
}

/** The start of the line that holds `position`. */
export function startOfLine(text: string, position: number): number {
  return text.lastIndexOf('\n', position - 1) + 1;
}

/** The line break in front of the line that holds `position`. */
export function lineBreakBefore(text: string, position: number): number {
  const start = startOfLine(text, position);
  return text[start - 2] === '\r' ? start - 2 : start - 1;
}

/** The spaces a line begins with, if `position` is the first thing on it; else undefined. */
export function indentationAt(text: string, position: number): string | undefined {
  const before = text.slice(startOfLine(text, position), position);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

function styleOf(text: string, statements: readonly Statement[]): SourceStyle {
  const quoted = /^import\b[^;\n]*?(['"])/m.exec(text) ?? /(['"])(?:(?!\1).)*\1/.exec(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''));
  const closed = statements.filter(({ type }) => type === 'ImportDeclaration' || type === 'ExportNamedDeclaration');
  return {
    quote: quoted?.[1] ?? "'",
    semicolon: closed.length === 0 || closed.some(({ end }) => text[end - 1] === ';') ? ';' : '',
    eol: /\r?\n/.exec(text)?.[0] ?? '\n',
    indent: /^(\t| {2,8})\S/m.exec(text)?.[1] ?? '  ',
  };
}
