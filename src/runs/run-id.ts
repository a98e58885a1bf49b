import { randomBytes } from 'node:crypto';

/** Without letters and digits that are mistaken for one another. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** `2026-11-23-0915-k3f7`: start in local time, and four random letters. Sorts by time. */
export function newRunId(start = new Date()): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  const date = `${start.getFullYear()}-${pad(start.getMonth() + 1)}-${pad(start.getDate())}`;
  const random = [...randomBytes(4)].map((byte) => letters[byte % letters.length]).join('');
  return `${date}-${pad(start.getHours())}${pad(start.getMinutes())}-${random}`;
}
