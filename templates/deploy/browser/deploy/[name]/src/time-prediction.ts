import type { Model, Prediction, RawSample } from 'dl-project/inference';

/** Browsers tell the time in steps of up to a millisecond, so a prediction is repeated for two; of some rounds the fastest counts. */
const [rounds, roundMilliseconds] = [5, 2];

/** What the model says of a sample, and how long that takes. */
export function timePrediction(model: Model, sample: RawSample): { readonly prediction: Prediction; readonly milliseconds: number } {
  const [prediction] = model.predictSync([sample]);
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    let [calls, passed] = [0, 0];
    while (passed < roundMilliseconds) {
      model.predictSync([sample]);
      calls++;
      passed = performance.now() - start;
    }
    return passed / calls;
  });
  return { prediction, milliseconds: Math.min(...times) };
}
