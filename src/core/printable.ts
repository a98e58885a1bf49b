/** Names and metadata may come from anyone: what would move the cursor or colour the terminal is written as `\u001b`. */
export function printable(text: string): string {
  return text.replace(/\p{Control}/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
