import fc from 'fast-check';

/** What somebody types by mistake, by pasting, or to see what happens. */
export const hostileTexts: readonly string[] = [
  "it's",
  'a"b',
  '`backtick`',
  'back\\slash',
  '<%= process.exit(7) %>',
  '<% while (true) {} %>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the hostile text
  '${process.exit(7)}',
  '$(touch pwned)',
  'two\nlines',
  'carriage\rreturn',
  '\u001b[31mred',
  '\u2028separated',
  '\ud800 half a pair',
  'réseau',
  '🧠',
  'x'.repeat(10_000),
  `${'x'.repeat(300)}/app`,
  `${'d/'.repeat(2_500)}app`,
  '__proto__',
  'constructor',
  'toString',
  'class',
  'await',
  '.',
  '..',
  '../evil',
  'a/../../evil',
  '/evil',
  '~/evil',
  'C:\\evil',
  'C:evil',
  '\\\\server\\evil',
  'CON',
  'nul.txt',
  'name.',
  ' name ',
  '-',
  '--',
  '-rf',
  '--=',
  '--yes=no',
  'file:///evil',
  '@scope/name',
  '*',
  ';',
  '&& evil',
];

/** Those, pieces of them beside each other, and anything at all. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc
    .array(fc.constantFrom(...hostileTexts.filter((text) => text.length < 50)), { minLength: 2, maxLength: 3 })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: letters that mean something to some reader
  fc.string({ unit: fc.constantFrom(...'ab-_./\\\'"<%>${}`~ \n') }),
);
