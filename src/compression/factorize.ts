import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { summarize } from '../models/summarize.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { chooseRanks, chooseUnderBudget, type RankChoice, type RankRule, rankChoices } from './low-rank/choose-ranks.ts';
import { denseMultiplyAccumulates, type FactorableLayer, type Factorization, freeName } from './low-rank/factor-layer.ts';
import { factorableLayers } from './low-rank/factorable-layers.ts';
import { factorizations } from './low-rank/factorizations.ts';
import { checkOptions, type FactorizeOptions, isBudget, isNamed, rulesByLayer } from './low-rank/factorize-options.ts';
import { replaceLayers } from './surgery/replace-layers.ts';
import { type LayerTopology, topologyOf } from './surgery/topology.ts';
import type { Technique, TechniqueContext } from './technique.ts';

/**
 * Writes kernels as products of smaller ones: one layer becomes two or three narrow ones, with fewer weights and fewer
 * multiply-adds on every backend (Denton et al., 2014; Kim et al., 2016). Layers that would not become cheaper stay. Fine-tune afterwards.
 */
export function factorize(options: FactorizeOptions): Technique {
  requireKnownOptions('factorize', options, { method: true, rank: true, roundTo: true });
  return {
    name: 'factorize',
    label: 'factorize',
    options,
    needs: 'nothing',
    check: (context, { steps, index }) => {
      checkOptions(options);
      for (const step of steps.slice(0, index))
        if (step.name === 'factorize') refuseSameRanks(context.model, step.options as FactorizeOptions, options);
      for (const { layer, method, rule } of ruledLayers(context.model, options)) checkRank(method, layer, rule);
      plan(context, options);
    },
    async rewrite(context) {
      const topology = topologyOf(context.model);
      const weights = new Map<string, NamedWeight>(await readWeights(context.model));
      const taken = new Set(topology.config.layers.map(({ config }) => config.name));
      const replacements = new Map<string, readonly LayerTopology[]>();
      for (const { method, layer, choice } of plan(context, options)) {
        const { name } = layer.topology.config;
        const { layers, kernels } = method.factor(layer, choice.ranks, (part) => freeName(`${name}-${part}`, taken));
        replacements.set(name, layers);
        for (const part of layers) weights.set(kernelName(part), kernels.get(part.config.name) as NamedWeight);
        const fewer = (denseMultiplyAccumulates(layer) / choice.multiplyAccumulates).toFixed(1);
        context.note({ layer: name, text: `${method.name}, rank ${choice.ranks.join(' and ')}: ${fewer}x fewer multiply-adds` });
      }
      const changed = replaceLayers(topology, ({ config }) => replacements.get(config.name));
      return buildModel(changed, weights);
    },
  };
}

/** A layer that was factored has no ranks left above those it got. @throws DlError `refused` where the step saves nothing that the one before has not saved */
function refuseSameRanks(model: LayersModel, before: FactorizeOptions, options: FactorizeOptions): void {
  const isAlike = (before.method ?? 'auto') === (options.method ?? 'auto') && (before.roundTo ?? 1) === (options.roundTo ?? 1);
  if (!isAlike || isBudget(before.rank) || isBudget(options.rank)) return;
  const ranks = new Map(ruledLayers(model, before).map(({ layer, rule }) => [nameOf(layer), rule]));
  const ruled = ruledLayers(model, options).map(({ layer, rule }) => ({ name: nameOf(layer), rule, had: ranks.get(nameOf(layer)) }));
  const saves = ruled.some(({ rule, had }) => typeof rule !== 'number' || typeof had !== 'number' || rule < had);
  if (saves || ruled.length === 0) return;
  const [{ name, rule, had }] = ruled;
  throw new DlError(
    'refused',
    `The recipe factors twice, and the second time saves nothing: ${name} has rank ${had} by then, the step asks for ${rule}. Use smaller ranks or leave it out.`,
  );
}

interface Planned {
  readonly method: Factorization;
  readonly layer: FactorableLayer;
  readonly choice: RankChoice;
}

/** Which layers are factored, and how. @throws DlError `refused` where nothing would be saved */
function plan({ model, note }: TechniqueContext, options: FactorizeOptions): Planned[] {
  const { rank, roundTo = 1 } = options;
  if (isBudget(rank)) return planUnderBudget(model, options, rank.macs);
  const ruled = ruledLayers(model, options);
  const planned = ruled.flatMap(({ layer, method, rule }): Planned[] => {
    const choice = chooseRanks(method, layer, rule, roundTo);
    if (!choice) note({ layer: nameOf(layer), text: 'stays as it is: at this rank nothing is saved' });
    return choice ? [{ method, layer, choice }] : [];
  });
  if (planned.length === 0) {
    const names = ruled.map(({ layer }) => nameOf(layer)).join(', ') || 'there is no layer to factor';
    throw new DlError('refused', `factorize would save nothing in this model (${names}): use smaller ranks.`);
  }
  return planned;
}

function planUnderBudget(model: LayersModel, options: FactorizeOptions, share: number): Planned[] {
  const candidates = factorableLayers(model).flatMap((layer) => {
    const method = methodFor(layer, options);
    if (!method) return [];
    return [{ layer, method, dense: denseMultiplyAccumulates(layer), choices: rankChoices(method, layer, options.roundTo ?? 1) }];
  });
  const total = summarize(model).multiplyAccumulates;
  const untouched = total - candidates.reduce((sum, { dense }) => sum + dense, 0);
  const chosen = chooseUnderBudget(candidates, share * total - untouched);
  if (!chosen) {
    throw new DlError(
      'refused',
      `factorize cannot bring this model to ${share} of its multiply-adds, not even with ranks of 1: allow it more.`,
    );
  }
  return candidates.flatMap(({ method, layer }, i) => {
    const choice = chosen[i];
    return choice ? [{ method, layer, choice }] : [];
  });
}

/** The layers that have a rule and can be factored. @throws DlError `refused` for one that is named and cannot */
function ruledLayers(model: LayersModel, options: FactorizeOptions) {
  const { rank } = options;
  if (isBudget(rank)) return [];
  const layers = factorableLayers(model);
  const rules = rulesByLayer(rank, layers.map(nameOf));
  return layers.flatMap((layer) => {
    const rule = rules.get(nameOf(layer));
    const method = methodFor(layer, options);
    if (rule === undefined) return [];
    if (method) return [{ layer, method, rule }];
    if (!isNamed(rank)) return [];
    const why = factorizations.find(({ name }) => name === options.method)?.refusal(layer);
    throw new DlError('refused', `factorize cannot write ${nameOf(layer)} by ${options.method}: ${why}.`);
  });
}

function methodFor(layer: FactorableLayer, { method = 'auto' }: FactorizeOptions): Factorization | undefined {
  const tried: readonly string[] = method === 'auto' ? ['svd', 'tucker2'] : [method];
  return factorizations.find((one) => tried.includes(one.name) && one.refusal(layer) === undefined);
}

function nameOf({ topology }: FactorableLayer): string {
  return topology.config.name;
}

function checkRank(method: Factorization, layer: FactorableLayer, rule: RankRule): void {
  const { name } = layer.topology.config;
  const full = method.fullRanks(layer);
  if (typeof rule === 'number' && rule > Math.max(...full)) {
    throw new DlError('refused', `factorize rank is ${rule} for ${name}, above its full rank ${Math.max(...full)}; use a smaller one.`);
  }
  if (!method.spectra && (rule === 'vbmf' || (typeof rule === 'object' && 'energy' in rule))) {
    throw new DlError(
      'config',
      `factorize by ${method.name} takes a number or { speedup } as rank for ${name}: it has no singular values.`,
    );
  }
}

function kernelName({ class_name: kind, config }: LayerTopology): string {
  return `${config.name}/${kind === 'DepthwiseConv2D' ? 'depthwise_kernel' : 'kernel'}`;
}
