import { UsageError } from './exit.ts';
import { quote } from './flags.ts';

/** Deeper than anybody writes by hand, and shallow enough for every stack. */
const deepest = 100;

const blank = /[ \t\r\n]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has none in its texts
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;

/**
 * Reads JSON that somebody wrote by hand. Takes what `JSON.parse` takes, but for what would be read in silence as
 * something else: a key that comes twice, and `__proto__`.
 * @throws UsageError with the file, line and column of the mistake
 */
export function parseJson(source: string, file: string): unknown {
  return new JsonReader(source, file).whole();
}

class JsonReader {
  readonly #source: string;
  readonly #file: string;
  #at = 0;

  constructor(source: string, file: string) {
    this.#source = source;
    this.#file = file;
  }

  whole(): unknown {
    if (this.#source.startsWith('\ufeff')) this.#fail('it begins with a byte order mark; save it as UTF-8 without one');
    const value = this.#value(0);
    this.#skipBlank();
    if (this.#at < this.#source.length) this.#fail(`nothing may follow the value, but ${this.#found()} does`);
    return value;
  }

  #value(depth: number): unknown {
    if (depth > deepest) this.#fail(`it is nested more than ${deepest} deep`);
    this.#skipBlank();
    if (this.#take('{')) return this.#object(depth);
    if (this.#take('[')) return this.#items(']', () => this.#value(depth + 1));
    const found = this.#match(text) ?? this.#match(scalar);
    return found === undefined ? this.#fail(`a value is expected, but ${this.#found()} came`) : JSON.parse(found);
  }

  #object(depth: number): Record<string, unknown> {
    const keys = new Set<string>();
    const entries = this.#items('}', (): [string, unknown] => {
      const start = this.#at;
      const written = this.#match(text) ?? this.#fail(`a key in double quotes is expected, but ${this.#found()} came`);
      const key: string = JSON.parse(written);
      if (key === '__proto__') this.#fail('"__proto__" cannot be a key', start);
      if (keys.has(key)) this.#fail(`the key ${quote(key)} comes twice`, start);
      keys.add(key);
      this.#skipBlank();
      if (!this.#take(':')) this.#fail(`":" is expected after the key ${quote(key)}, but ${this.#found()} came`);
      return [key, this.#value(depth + 1)];
    });
    return Object.fromEntries(entries);
  }

  /** What stands between the brackets, of which the first is read already. */
  #items<Item>(end: string, readItem: () => Item): Item[] {
    const items: Item[] = [];
    this.#skipBlank();
    if (this.#take(end)) return items;
    for (;;) {
      items.push(readItem());
      this.#skipBlank();
      if (this.#take(end)) return items;
      const comma = this.#at;
      if (!this.#take(',')) this.#fail(`"," or "${end}" is expected, but ${this.#found()} came`);
      this.#skipBlank();
      if (this.#source[this.#at] === end) this.#fail('JSON has no comma behind the last one; take it out', comma);
    }
  }

  #skipBlank(): void {
    this.#match(blank);
    if (/\/[/*]/y.test(this.#source.slice(this.#at, this.#at + 2))) this.#fail('JSON has no comments; take it out');
  }

  #take(character: string): boolean {
    const found = this.#source[this.#at] === character;
    if (found) this.#at++;
    return found;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#source) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }

  #found(): string {
    const rest = this.#source
      .slice(this.#at, this.#at + 12)
      .split(/[\r\n]/, 1)[0]
      .trimEnd();
    return rest === '' ? 'the end' : JSON.stringify(rest).slice(1, -1).replaceAll('\\"', '"');
  }

  #fail(what: string, at = this.#at): never {
    const before = this.#source.slice(0, at).split('\n');
    throw new UsageError(`${this.#file}, line ${before.length}, column ${before.at(-1)!.length + 1}: ${what}.`);
  }
}
