/** What CMA-ES' update needs beside its state; the names are Hansen's (2016). */
export interface StrategyConstants {
  /** How many of a population are the better ones. */
  readonly mu: number;
  /** Of all of them, best first; negative ones from mu on. */
  readonly weights: readonly number[];
  readonly muEffective: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  readonly c1: number;
  readonly cMu: number;
  /** Of a standard normal vector. */
  readonly expectedNorm: number;
}

/** The defaults of Hansen 2016, equations 49 to 58. */
export function strategyConstants(n: number, populationSize: number): StrategyConstants {
  const mu = Math.floor(populationSize / 2);
  const raw = Array.from({ length: populationSize }, (_, i) => Math.log((populationSize + 1) / 2) - Math.log(i + 1));
  const effective = (values: readonly number[]) => total(values) ** 2 / total(values.map((value) => value ** 2));
  const muEffective = effective(raw.slice(0, mu));
  const muEffectiveMinus = effective(raw.slice(mu));
  const c1 = 2 / ((n + 1.3) ** 2 + muEffective);
  const cMu = Math.min(1 - c1 - 1e-8, (2 * (muEffective - 2 + 1 / muEffective)) / ((n + 2) ** 2 + muEffective));
  const negative = Math.min(1 + c1 / cMu, 1 + (2 * muEffectiveMinus) / (muEffective + 2), (1 - c1 - cMu) / (n * cMu));
  const positiveTotal = total(raw.filter((weight) => weight > 0));
  const negativeTotal = -total(raw.filter((weight) => weight < 0));
  const cSigma = (muEffective + 2) / (n + muEffective + 5);
  return {
    mu,
    weights: raw.map((weight) => (weight >= 0 ? weight / positiveTotal : (negative * weight) / negativeTotal)),
    muEffective,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEffective - 1) / (n + 1)) - 1) + cSigma,
    cC: (4 + muEffective / n) / (n + 4 + (2 * muEffective) / n),
    c1,
    cMu,
    expectedNorm: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
