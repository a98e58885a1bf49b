// Python writes NaN and Infinity bare, which JSON does not have. While JSON's own functions work, a marked text stands for them.
const mark = '\u0000number:';
const bareNumber = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;
const markedNumber = /"\\u0000number:(NaN|-?Infinity)"/g;

/** JSON as Optuna keeps it, on one line. Numbers that are not finite are written as Python does: `NaN`, `Infinity`. */
export function writePythonJson(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' && !Number.isFinite(part) ? mark + part : part));
  return text.replace(markedNumber, '$1');
}

/** @throws SyntaxError for a text that is not whole */
export function readPythonJson(text: string): unknown {
  if (!/NaN|Infinity/.test(text)) return JSON.parse(text);
  const quoted = text.replace(bareNumber, (token) => (token.startsWith('"') ? token : `"\\u0000number:${token}"`));
  return JSON.parse(quoted, (_, part: unknown) =>
    typeof part === 'string' && part.startsWith(mark) ? Number(part.slice(mark.length)) : part,
  );
}
