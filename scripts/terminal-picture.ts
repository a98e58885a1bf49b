/**
 * Draws what a terminal showed as an SVG picture for the documentation:
 * `npx tsx scripts/terminal-picture.ts <title> < transcript.txt > picture.svg`. Lines that begin with `$ ` are what was typed.
 */
import { readFileSync } from 'node:fs';

const cell = { width: 8.43, height: 19 };
const margin = { left: 22, top: 52, bottom: 20 };
const color = { back: '#14181f', bar: '#1f2630', text: '#d6deeb', typed: '#7fdbca', quiet: '#7c8a9e', block: '#e8c987' };

/** Parts of a cell that block characters fill: x, y, width, height as shares. */
const blocks: Readonly<Record<string, readonly [number, number, number, number]>> = {
  '█': [0, 0, 1, 1],
  '▀': [0, 0, 1, 0.5],
  '▄': [0, 0.5, 1, 0.5],
  ...Object.fromEntries([...'▏▎▍▌▋▊▉'].map((letter, i) => [letter, [0, 0, (i + 1) / 8, 1] as const])),
};

const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * cell.width + 2 * margin.left);
const height = Math.ceil(lines.length * cell.height + margin.top + margin.bottom);
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(process.argv[2] ?? 'a terminal')}">
<rect width="${width}" height="${height}" rx="10" fill="${color.back}"/>
<rect width="${width}" height="32" rx="10" fill="${color.bar}"/>
${['#ff5f57', '#febc2e', '#28c840'].map((fill, i) => `<circle cx="${20 + 18 * i}" cy="16" r="5.5" fill="${fill}"/>`).join('')}
<g shape-rendering="crispEdges" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
${lines.map(drawLine).join('\n')}
</g>
</svg>
`);

function drawLine(line: string, row: number): string {
  const top = margin.top + row * cell.height;
  const rects = [...line].flatMap((letter, column) => {
    const part = blocks[letter];
    if (!part) return [];
    const [x, y, w, h] = part;
    const left = margin.left + (column + x) * cell.width;
    return [
      `<rect x="${left.toFixed(1)}" y="${(top - 14 + y * cell.height).toFixed(1)}" width="${(w * cell.width + 0.3).toFixed(1)}" height="${(h * cell.height + 0.3).toFixed(1)}" fill="${color.block}"/>`,
    ];
  });
  const fill = line.startsWith('$ ') ? color.typed : /^ {2}\(|^\s*#/.test(line) ? color.quiet : color.text;
  // Every run of letters is put at its own column: fonts differ in width, cells do not.
  const words = [...line.matchAll(/[^\s▀▄█▏▎▍▌▋▊▉]+(?: [^\s▀▄█▏▎▍▌▋▊▉]+)*/g)].map(
    ({ 0: text, index }) =>
      `<text x="${(margin.left + index * cell.width).toFixed(1)}" y="${top}" fill="${fill}" textLength="${(text.length * cell.width).toFixed(1)}">${escapeXml(text)}</text>`,
  );
  return [...rects, ...words].join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
