import type { ColumnEncoding } from 'dl-project/inference';
import { type Field, fieldOf } from './field.ts';

/** A table row by the names of its columns; null is a missing value. */
export type Row = Readonly<Record<string, number | string | null>>;

/** Fills the form with a field for each column. @param onChange called with the row whenever one of them changes */
export function fillForm(form: HTMLFormElement, columns: readonly ColumnEncoding[], onChange: (row: Row) => void): void {
  const readers = columns.map((column) => {
    const field = fieldOf(column);
    const label = document.createElement('label');
    label.append(column.name);
    form.append(label);
    const read = field.kind === 'number' ? addNumber(label, field) : addChoice(label, field);
    return [column.name, read] as const;
  });
  const change = () => onChange(Object.fromEntries(readers.map(([name, read]) => [name, read()])));
  form.addEventListener('input', change);
  form.addEventListener('submit', (event) => event.preventDefault());
  change();
}

/** A slider and a field for any number; an empty one is a missing value. */
function addNumber(label: HTMLLabelElement, { min, max, step, value }: Field & { kind: 'number' }): () => number | null {
  const input = (type: string, bounds: object) => Object.assign(document.createElement('input'), { type, ...bounds, value: String(value) });
  const exact = input('number', { step: 'any' });
  const slider = input('range', { min: String(min), max: String(max), step: String(step), tabIndex: -1, ariaHidden: 'true' });
  slider.addEventListener('input', () => {
    exact.value = slider.value;
  });
  exact.addEventListener('input', () => {
    slider.value = exact.value;
  });
  label.append(exact, slider);
  return () => (Number.isNaN(exact.valueAsNumber) ? null : exact.valueAsNumber);
}

function addChoice(label: HTMLLabelElement, { choices }: Field & { kind: 'choice' }): () => string | null {
  const select = document.createElement('select');
  select.append(...choices.map((choice) => new Option(choice, choice)), new Option('not known', ''));
  label.append(select);
  return () => select.value || null;
}
