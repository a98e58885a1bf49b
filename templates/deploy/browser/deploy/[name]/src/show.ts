import type { Model, Prediction } from 'dl-project/inference';
import { type Bar, barsOf } from './bars.ts';
import { element } from './element.ts';

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Shows the answer in large, and what else the model held possible as bars; without a prediction it shows none. */
export function showPrediction(model: Model, prediction?: Prediction): void {
  const { outputNames } = model.features;
  const answer = element('answer', HTMLElement);
  const sureness = element('sureness', HTMLElement);
  if (prediction?.values) {
    answer.textContent = number.format(prediction.value);
    sureness.textContent = outputNames[0];
    return;
  }
  answer.textContent = prediction?.label ?? '?';
  sureness.textContent = prediction ? `${percent(prediction.probability)} sure` : '';
  const nothing = { label: '', probability: 0, probabilities: outputNames.map(() => 0) };
  showBars(barsOf(prediction ?? nothing, outputNames));
}

/** The same elements are used again, so that bars grow and shrink. */
function showBars(bars: readonly Bar[]): void {
  const list = element('bars', HTMLOListElement);
  while (list.children.length > bars.length) list.lastElementChild?.remove();
  while (list.children.length < bars.length) list.append(newBar());
  bars.forEach(({ name, share, isBest }, index) => {
    const item = list.children[index] as HTMLLIElement;
    item.classList.toggle('best', isBest);
    item.style.setProperty('--share', String(share));
    const [label, , value] = item.children;
    label.textContent = name;
    value.textContent = share === 0 ? '' : percent(share);
  });
}

function newBar(): HTMLLIElement {
  const item = document.createElement('li');
  item.append(...['name', 'track', 'value'].map((part) => Object.assign(document.createElement('span'), { className: part })));
  return item;
}

/** Fills the line of facts. @param milliseconds of one prediction */
export function showFacts({ metrics: { val_accuracy: accuracy } }: Model, sizeBytes: number, milliseconds: number): void {
  const facts = {
    model: `${(sizeBytes / 1_024).toFixed(1)} KB`,
    'one prediction': `${milliseconds.toPrecision(2)} ms`,
    ...(accuracy !== undefined && { 'accuracy, on validation data': percent(accuracy) }),
    'sent to a server': 'nothing',
  };
  const items = Object.entries(facts).map(([name, value]) => {
    const item = document.createElement('div');
    item.append(withText('dt', name), withText('dd', value));
    return item;
  });
  element('facts', HTMLDListElement).replaceChildren(...items);
}

function withText(tag: 'dt' | 'dd', textContent: string): HTMLElement {
  return Object.assign(document.createElement(tag), { textContent });
}

/** Says it in the place of the introduction. */
export function showError(error: unknown): void {
  const about = element('about', HTMLElement);
  about.textContent = error instanceof Error ? error.message : String(error);
  about.classList.add('error');
}
