import { writeFileSync } from 'node:fs';
import { html } from '../../src/reporting/html/html.ts';
import { logarithmicAxis } from '../../src/reporting/html/ticks.ts';

/** What chooses the weights; the first has to be the best. */
export const criteria = ['obd', 'magnitude', 'random'] as const;
/** Deleted weights in percent. */
export const deletions = [10, 20, 30, 40, 50, 60, 70, 80, 90];

const picture = new URL('../../docs/images/obd-curve.svg', import.meta.url);
/** Those of Okabe and Ito (2008), and dashes besides. */
const looks = { obd: ['#0068a8', ''], magnitude: ['#b84a00', '7 3'], random: ['#5c6573', '2 4'] } as const;
const [width, height, left, right, top, bottom] = [640, 360, 64, 540, 34, 306];

/** Draws the loss over the share of deleted weights, the mean of the seeds, into docs/images/obd-curve.svg. */
export function drawObdCurve(figuresOfSeeds: readonly Readonly<Record<string, number>>[]): void {
  const meanOf = (figure: string) => figuresOfSeeds.reduce((sum, figures) => sum + figures[figure], 0) / figuresOfSeeds.length;
  const start = meanOf('loss at 0 %');
  const lines = criteria.map((name) => ({
    name,
    losses: [start, ...deletions.map((percent) => meanOf(`loss at ${percent} % by ${name}`))],
  }));
  const axis = logarithmicAxis(lines.flatMap(({ losses }) => losses));
  const x = (percent: number) => Number((left + ((right - left) * percent) / 90).toFixed(1));
  const y = (loss: number) => Number((bottom - axis.position(loss) * (bottom - top)).toFixed(1));
  const drawn = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<title>Loss of lenet-300-100 on the training set over deleted weights, before retraining</title>
<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>
<text x="${left}" y="20" fill="#1b1f27">loss on the training set, logarithmic</text><text x="${right}" y="${height - 14}" text-anchor="end" fill="#1b1f27">weights deleted, %</text>
${axis.ticks.map(
  (
    tick,
  ) => html`<path d="M${left} ${y(tick)}H${right}" stroke="#dfe3e9"/><text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end" fill="#5c6573">${tick}</text>
`,
)}
${[0, ...deletions].map((percent) => html`<text x="${x(percent)}" y="${bottom + 20}" text-anchor="middle" fill="#5c6573">${percent}</text>`)}
${lines.map(({ name, losses }) => {
  const [colour, dash] = looks[name];
  const path = losses.map((loss, i) => `${i === 0 ? 'M' : 'L'}${x(10 * i)} ${y(loss)}`).join('');
  return html`<path d="${path}" fill="none" stroke="${colour}" stroke-width="2.2" stroke-dasharray="${dash}"/><text x="${right + 8}" y="${y(losses[losses.length - 1]) + 4}" fill="${colour}">${name}</text>
`;
})}
</svg>
`;
  writeFileSync(picture, drawn.text);
}
