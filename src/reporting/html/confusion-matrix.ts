import { encodePng } from '../../data/images/encode-png.ts';
import type { ClassificationEvaluation } from '../../metrics/evaluation.ts';
import { type Html, html } from './html.ts';

/** A matrix of more classes is drawn as a picture: numbers would not be legible. */
const legibleClasses = 20;

/** What was taken for what: a row per actual class, a column per predicted one, shaded by the share of the row; mistakes by the largest of them. */
export function confusionMatrix(evaluation: ClassificationEvaluation): Html {
  return evaluation.classNames.length <= legibleClasses ? asTable(evaluation) : asPicture(evaluation);
}

function asTable({ classNames, confusion }: ClassificationEvaluation): Html {
  const upright = classNames.every((name) => name.length <= 3) || (classNames.length <= 6 && classNames.every((name) => name.length <= 8));
  const mostWrong = Math.max(...confusion.flatMap((counts, actual) => counts.map((_, i) => (i === actual ? 0 : shareOf(counts, i)))), 1e-9);
  return html`<div class="scroll"><table class="confusion${!upright && ' turned'}"><thead>
<tr><td></td><th scope="colgroup" colspan="${classNames.length}" class="axis">predicted</th></tr>
<tr><th scope="col" class="axis">actual</th>${classNames.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${confusion.map((counts, actual) => html`<tr><th scope="row">${classNames[actual]}</th>${counts.map((count, i) => cell(count, actual === i ? shareOf(counts, i) : shareOf(counts, i) / mostWrong, actual === i))}</tr>\n`)}</tbody></table></div>`;
}

function cell(count: number, share: number, right: boolean): Html {
  if (count === 0) return html`<td class="none">0</td>`;
  return html`<td class="${right ? 'right' : 'wrong'}" style="--share:${share.toFixed(3)}">${count}</td>`;
}

/** Blue on the diagonal, orange beside it, on nothing: it fits a light and a dark page. */
function asPicture({ classNames, confusion }: ClassificationEvaluation): Html {
  const side = classNames.length;
  const pixels = new Uint8Array(side * side * 4);
  confusion.forEach((counts, y) => {
    counts.forEach((_, x) => {
      const color = x === y ? [64, 132, 196] : [224, 112, 32];
      const share = shareOf(counts, x);
      // Few mistakes must be seen too: the square root lifts them.
      pixels.set([...color, Math.round(255 * (x === y ? share : Math.sqrt(share)))], (y * side + x) * 4);
    });
  });
  const png = encodePng(pixels, [side, side, 4]).toString('base64');
  return html`<figure class="heat"><img class="pixels" src="data:image/png;base64,${png}" alt="Confusion matrix of ${side} classes; the table beside it has the numbers of each class." width="${side}" height="${side}">
<figcaption class="muted">Row: actual class, from ${classNames[0]} above to ${classNames[side - 1]} below; column: predicted class. Blue: right; orange: wrong.</figcaption></figure>`;
}

function shareOf(counts: readonly number[], i: number): number {
  return (
    counts[i] /
    Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    )
  );
}
