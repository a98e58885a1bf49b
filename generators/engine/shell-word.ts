/** A word as one types it in a shell: bare where it can be, else in quotes, so that it means itself. */
export function shellWord(word: string): string {
  const bare = process.platform === 'win32' ? /^[\w@%+=:,.\\/-]+$/ : /^[\w@%+=:,./-]+$/;
  if (bare.test(word)) return word;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
