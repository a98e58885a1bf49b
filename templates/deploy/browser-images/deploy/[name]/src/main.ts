import { fitImage, type Picture } from 'dl-project/inference';
import { centreDrawing } from './centre-drawing.ts';
import { DrawingPad } from './drawing-pad.ts';
import { element } from './element.ts';
import { loadPackedModel } from './load-packed-model.ts';
import { readPicture, showPixels } from './pictures.ts';
import { showError, showFacts, showPrediction } from './show.ts';
import { timePrediction } from './time-prediction.ts';

/** Loads the model and predicts whatever is drawn, dropped, opened or pasted. */
async function start(): Promise<void> {
  const { model, sizeBytes } = await loadPackedModel();
  const { inputShape, outputNames } = model.features;
  const canDraw = inputShape[2] === 1; // nobody draws photographs
  const body = document.body;
  const pad = new DrawingPad(element('pad', HTMLCanvasElement), () => setState('drawn'));

  function setState(state: 'empty' | 'drawn' | 'picture'): void {
    if (state === 'drawn' && body.dataset.state === 'picture') pad.clear();
    body.dataset.state = state;
    if (state === 'drawn') requestAnimationFrame(() => predict(centreDrawing(pad.read())));
  }

  function predict(picture: Picture | undefined): void {
    if (!picture) return;
    const fitted = fitImage(picture, model.features).picture; // as training and `predict file=...` do
    showPixels(element('seen', HTMLCanvasElement), fitted);
    const { prediction, milliseconds } = timePrediction(model, fitted.pixels);
    showPrediction(model, prediction);
    showFacts(model, sizeBytes, milliseconds);
  }

  function clear(): void {
    pad.clear();
    setState('empty');
    showPrediction(model);
  }

  async function open(file: Blob | null | undefined): Promise<void> {
    if (!file) return;
    try {
      const { picture, bitmap } = await readPicture(file);
      pad.show(bitmap);
      setState('picture');
      predict(picture);
    } catch {
      showError(new Error('This file is no picture that the browser can read.'));
    }
  }

  body.dataset.draw = String(canDraw);
  if (canDraw) pad.listen();
  element('about', HTMLElement).textContent = `${canDraw ? 'Draw' : 'Drop'} one of: ${outputNames.join(', ')}`;
  element('clear', HTMLButtonElement).addEventListener('click', clear);
  element('file', HTMLInputElement).addEventListener('change', ({ target }) => open((target as HTMLInputElement).files?.[0]));
  body.addEventListener('keydown', ({ key }) => key === 'Escape' && clear());
  body.addEventListener('paste', ({ clipboardData }) => open(clipboardData?.files[0]));
  body.addEventListener('dragover', (event) => event.preventDefault());
  body.addEventListener('drop', (event) => {
    event.preventDefault();
    open(event.dataTransfer?.files[0]);
  });
  const blank = new Uint8Array(inputShape.reduce((a, b) => a * b));
  showFacts(model, sizeBytes, timePrediction(model, blank).milliseconds);
  clear();
}

start().catch(showError);
