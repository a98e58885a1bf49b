import { element } from './element.ts';
import { fillForm } from './form.ts';
import { loadPackedModel } from './load-packed-model.ts';
import { showError, showFacts, showPrediction } from './show.ts';
import { timePrediction } from './time-prediction.ts';

/** Loads the model and predicts for the row in the form, at every change. */
async function start(): Promise<void> {
  const { model, sizeBytes } = await loadPackedModel();
  const { preprocessing } = model.features;
  if (preprocessing.kind !== 'columns') throw new Error('This page is for tables; the model takes something else.');
  element('about', HTMLElement).textContent = 'Change a value and see what the model says.';
  fillForm(element('form', HTMLFormElement), preprocessing.columns, (row) => {
    const { prediction, milliseconds } = timePrediction(model, row);
    showPrediction(model, prediction);
    showFacts(model, sizeBytes, milliseconds);
  });
}

start().catch(showError);
