import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DlError } from '../../../../src/core/errors.ts';
import { readTable } from '../../../../src/data/tables/read-table.ts';
import { fileWith, folderWith } from '../temporary-files.ts';

const read = (content: string, delimiter?: string) => readTable(fileWith('table.csv', content), { delimiter });

const manyNames = Array.from({ length: 150_000 }, (_, i) => i.toString(36));

describe('readTable', () => {
  it('infers number and category columns, with missing values', async () => {
    const table = await read('area,district,code\n 70.5 ,north,1\n,NA,a2\n-1e3,?,3\nnan,south,\n');
    expect(table.length).toBe(4);
    expect(table.columns).toEqual([
      { name: 'area', kind: 'number', values: Float64Array.of(70.5, Number.NaN, -1000, Number.NaN) },
      { name: 'district', kind: 'category', values: ['north', undefined, undefined, 'south'] },
      { name: 'code', kind: 'category', values: ['1', 'a2', '3', undefined] },
    ]);
  });

  it.each([
    ['a byte order mark', '\ufeffa,b\n1,2\n'],
    ['CRLF line ends', 'a,b\r\n1,2\r\n'],
    ['CR line ends', 'a,b\r1,2\r'],
    ['no line end at the end', 'a,b\n1,2'],
    ['empty lines', '\na,b\n\n1,2\n\n'],
    ['semicolons', 'a;b\n1;2\n'],
    ['tabs', 'a\tb\n1\t2\n'],
    ['bars', 'a|b\n1|2\n'],
    ['quotes', '"a","b"\n"1","2"\n'],
  ])('reads a file with %s', async (_, content) => {
    const { columns } = await read(content);
    expect(columns).toEqual([
      { name: 'a', kind: 'number', values: Float64Array.of(1) },
      { name: 'b', kind: 'number', values: Float64Array.of(2) },
    ]);
  });

  it('keeps delimiters, quotes and newlines within quotes, and counts lines past them', async () => {
    const table = await read('name,text\nx,"a, ""b""\nc"\ny,d\n');
    expect(table.columns[1].values).toEqual(['a, "b"\nc', 'd']);
    expect(table.lines).toEqual([3, 4]);
  });

  it('takes a decimal comma for a number in files of another delimiter only', async () => {
    expect((await read('a;b\n1,5;2\n')).columns[0]).toEqual({ name: 'a', kind: 'number', values: Float64Array.of(1.5) });
    expect((await read('a,b\n"1,5",2\n')).columns[0].kind).toBe('category');
  });

  it('does not take words, hexadecimal or endless numbers for numbers', async () => {
    for (const text of ['Infinity', '0x10', '1e999', '1 000', '1_0', '--1']) {
      expect((await read(`a\n${text}\n`)).columns[0].kind).toBe('category');
    }
  });

  it('uses the delimiter it is given', async () => {
    expect((await read('a:b\n1:2\n', ':')).columns.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    ['too few fields', 'a,b\n1,2\n\n3\n', ', line 4 has 1 fields; the header has 2.'],
    ['too many fields', 'a,b\n1,2,3\n', ', line 2 has 3 fields; the header has 2.'],
    ['an empty file', '', ' has no rows: it is empty.'],
    ['only a header', 'a,b\n', ' has no rows: only a header line.'],
    ['one name twice among very many', `${manyNames.join(',')},0\n${'1,'.repeat(150_000)}1\n`, ' has two columns named "0". Rename one.'],
    ['two columns of one name', 'a,b,a\n1,2,3\n', ' has two columns named "a". Rename one.'],
    ['a column without a name', 'a,,c\n1,2,3\n', ': column 2 has no name in the header line.'],
    ['an open quote', 'a,b\n1,"2\n3,4\n', 'is never closed.'],
    ['a quote inside a field', 'a,b\n1,2"x"\n', ', line 2 is malformed: Invalid Opening Quote'],
    ['a huge field', `a,b\n1,"${'x'.repeat(2_000_000)}"\n`, ', line 2: a row is longer than 1048576 characters. Is a quote left open?'],
  ])('refuses %s', async (_, content, message) => {
    await expect(read(content)).rejects.toMatchObject({ name: 'DlError', code: 'data', message: expect.stringContaining(message) });
  });

  it('reads UTF-16 by its byte order mark, and refuses other encodings and no text', async () => {
    const bytes = (content: Uint8Array) => readTable(fileWith('table.csv', content));
    const utf16 = await bytes(Buffer.from('\ufeffname\tb\r\nMüller\t2\r\n', 'utf16le'));
    expect(utf16.columns[0].values).toEqual(['Müller']);
    await expect(bytes(Buffer.from('name,b\nx,1\nMüller,2\n', 'latin1'))).rejects.toThrow(', line 3 is not UTF-8. Save the file as UTF-8.');
    await expect(bytes(Buffer.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13))).rejects.toThrow(' is not a text file.');
  });

  it('gives a table or one clear error for any text', async () => {
    const piece = fc.constantFrom('a', 'b', '1', '2.5', ',', ';', '"', '""', '\n', '\r\n', '\r', ' ', '\t', 'NA', '\ufeff', 'é');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        try {
          const { length, columns, lines } = await read(pieces.join(''));
          expect(length).toBeGreaterThan(0);
          for (const { values } of columns) expect(values.length).toBe(length);
          expect(lines?.length).toBe(length);
        } catch (error) {
          expect(error).toBeInstanceOf(DlError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('says what is wrong with a path', async () => {
    const folder = folderWith({});
    await expect(readTable(join(folder, 'a.csv'))).rejects.toMatchObject({ code: 'missing', message: `There is no file ${folder}/a.csv.` });
    await expect(readTable(folder)).rejects.toMatchObject({ code: 'data', message: `${folder} cannot be read: it is a folder.` });
  });

  it('keeps numbers as categories where it is told to', async () => {
    const file = fileWith('zip.csv', 'zip,x\n01067,1\n99999,2\n');
    const { columns } = await readTable(file, { categories: ['zip'] });
    expect(columns[0]).toEqual({ name: 'zip', kind: 'category', values: ['01067', '99999'] });
    await expect(readTable(file, { categories: ['zap'] })).rejects.toThrow('has no column "zap". Did you mean zip?');
  });
});
