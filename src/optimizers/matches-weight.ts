/**
 * Whether a pattern means a weight. Without a slash it names layers, with one weights; `*` stands for any text:
 * `conv*` is all weights of the layers conv1, conv2 ..., a star with `/bias` every bias.
 * @param weight its name: `conv1/kernel`
 */
export function matchesWeight(pattern: string, weight: string): boolean {
  const layer = weight.slice(0, weight.lastIndexOf('/'));
  const text = pattern.split('*').map(escaped).join('.*');
  return new RegExp(`^${text}$`).test(pattern.includes('/') ? weight : layer);
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
