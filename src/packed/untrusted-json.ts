import { DlError } from '../core/errors.ts';

/** Objects and arrays inside each other; a real topology needs about 8. */
const maxDepth = 64;

/**
 * Parses JSON that came from outside. Refuses with `DlError('file')` what `JSON.parse` lets through:
 * endless nesting, and an object with the same key twice (two readers could see two different files).
 *
 * @param what how the error names the text: `the header`
 */
export function parseUntrustedJson(text: string, what: string): unknown {
  checkStructure(text, what);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DlError('file', `${what} is not JSON: ${(cause as Error).message}.`, { cause });
  }
}

/** Walks over the text once, without recursion; whatever is not JSON at all is left for the parser to refuse. */
function checkStructure(text: string, what: string): void {
  const open: (Set<string> | undefined)[] = []; // keys of the objects we are in; undefined for arrays
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '{' || letter === '[') {
      if (open.push(letter === '{' ? new Set() : undefined) > maxDepth) {
        throw new DlError('file', `${what} has more than ${maxDepth} objects inside each other.`);
      }
    } else if (letter === '}' || letter === ']') {
      open.pop();
    } else if (letter === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys && isFollowedByColon(text, end)) {
        const key = unescaped(text.slice(at, end));
        if (keys.has(key)) throw new DlError('file', `${what} has the key ${JSON.stringify(key.slice(0, 80))} twice in one object.`);
        keys.add(key);
      }
      at = end - 1;
    }
  }
}

/** The position behind the closing quotation mark. By `indexOf`: a header holds whole texts of JSON, and is read before anything is compiled. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') first--;
  return (at - first) % 2 === 1;
}

function isFollowedByColon(text: string, at: number): boolean {
  let next = at;
  while (text[next] === ' ' || text[next] === '\n' || text[next] === '\r' || text[next] === '\t') next++;
  return text[next] === ':';
}

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted; // JSON.parse of the whole text will refuse it
  }
}
