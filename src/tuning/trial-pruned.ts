/** Thrown by an objective whose trial is not worth going on: `if (await trial.shouldPrune()) throw new TrialPruned();` */
export class TrialPruned extends Error {
  override readonly name = 'TrialPruned';

  constructor() {
    super('The trial was pruned.');
  }
}
