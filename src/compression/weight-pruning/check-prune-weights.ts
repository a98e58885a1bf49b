import { DlError } from '../../core/errors.ts';
import { importanceOf } from '../importance/importances.ts';
import type { RecipePosition, TechniqueContext } from '../technique.ts';
import type { PruneWeightsOptions } from './prune-weights-options.ts';
import { competitionsOf, type PruningTargets, pruningTargets } from './pruning-choice.ts';
import { checkSchedule, constantSparsity, lastStepOf, type SparsitySchedule } from './sparsity-schedule.ts';

/** @throws DlError `config` for options that cannot be, `refused` for what cannot be done to this model or in this recipe */
export function checkPruneWeights(options: PruneWeightsOptions, context: TechniqueContext, position: RecipePosition): void {
  const { scope = 'layer', schedule = constantSparsity() } = options;
  if (scope !== 'layer' && scope !== 'global') throw unusual('scope', scope, "allowed are 'layer' and 'global'");
  checkAmount(options);
  checkShape(options);
  const targets = pruningTargets(context.model, options);
  if (targets.kernels.length === 0) {
    throw new DlError('refused', 'pruneWeights finds no kernel of a convolution or dense layer in this model.');
  }
  checkSchedule(schedule);
  checkWhatGoesTogether(options, schedule);
  checkAmounts(options, targets);
  checkNothingShared(position);
  checkScheduleEnds(schedule, context, position);
  checkImportance(options, context, targets);
}

function checkAmount({ keep, threshold, sparsityMByN, scope }: PruneWeightsOptions): void {
  const given = Object.entries({ keep, threshold, sparsityMByN }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const came = given.length === 0 ? 'none of them' : given.map(([name]) => name).join(' and ');
    throw new DlError(
      'config',
      `pruneWeights takes one of keep, threshold and sparsityMByN, and got ${came}: pruneWeights({ keep: 0.2 }).`,
    );
  }
  if (threshold !== undefined && (typeof threshold !== 'object' || threshold === null || threshold.quality === undefined)) {
    throw unusual('threshold', threshold, 'it is written { quality: 0.9 }, in standard deviations of the weights of a layer');
  }
  if (scope === 'global' && typeof keep !== 'number') {
    throw new DlError('config', "pruneWeights with scope 'global' takes one number as keep: the layers compete for it.");
  }
}

function checkShape({ sparsityMByN, blockSize, layers }: PruneWeightsOptions): void {
  if (sparsityMByN !== undefined && !(isPair(sparsityMByN) && sparsityMByN[0] < sparsityMByN[1])) {
    throw unusual('sparsityMByN', sparsityMByN, 'it is two whole numbers, the zeros and the larger group they are in: [2, 4]');
  }
  if (blockSize !== undefined && !isPair(blockSize)) {
    throw unusual('blockSize', blockSize, 'it is two whole numbers, inputs and outputs: [4, 1]');
  }
  if (layers !== undefined && !(Array.isArray(layers) && layers.every((name) => typeof name === 'string'))) {
    throw unusual('layers', layers, "it is a list of names: ['conv2', 'dense*']");
  }
}

/** What has a meaning alone, but not with another option. */
function checkWhatGoesTogether(options: PruneWeightsOptions, schedule: SparsitySchedule): void {
  const { keep, threshold, blockSize, importance = 'magnitude' } = options;
  const { needs } = importanceOf(importance);
  const refuse = (what: string, why: string) => {
    throw new DlError('config', `pruneWeights takes no ${what}: ${why}.`);
  };
  if (keep === undefined && blockSize) refuse('blockSize without keep', 'blocks compete for a share');
  if (threshold && importance !== 'magnitude') {
    refuse(`importance '${importance}' with a threshold`, 'that is one of magnitudes. Use keep');
  }
  if (keep === undefined && schedule.name === 'polynomialDecay') {
    refuse('polynomialDecay without keep', 'there is no share to come near to. Use keep, or constantSparsity');
  }
  if (importance === 'obs' && (keep === undefined || blockSize)) {
    refuse("blockSize or sparsityMByN with importance 'obs'", 'it removes single weights. Use obd');
  }
  if (needs === 'gradients' && lastStepOf(schedule) === 0) {
    refuse(
      `importance '${importance}' without a schedule`,
      'it looks at the gradients of the training. Add polynomialDecay({ endStep }), or use obd',
    );
  }
  if (needs === 'data' && lastStepOf(schedule) > 0) {
    refuse(
      `schedule with importance '${importance}'`,
      'it is measured once, before the training that would change it. Repeat steps: iterate(3, (round) => [pruneWeights(...), fineTune(...)])',
    );
  }
}

function checkAmounts(options: PruneWeightsOptions, targets: PruningTargets): void {
  for (const { layer } of targets.kernels) {
    const amount = targets.amounts.get(layer) as number;
    if (options.threshold && !(amount > 0 && Number.isFinite(amount))) {
      throw new DlError('config', `pruneWeights threshold quality is ${amount} for ${layer}; it must be a number above 0.`);
    }
    if (options.keep !== undefined && !(amount > 0 && amount <= 1)) {
      throw new DlError('config', `pruneWeights keep is ${amount} for ${layer}; it is the share that stays, above 0 and at most 1.`);
    }
  }
  if (options.keep === undefined) return;
  const lastStep = lastStepOf(options.schedule ?? constantSparsity());
  for (const { kernels, left } of competitionsOf(targets, options, lastStep)) {
    if (left >= kernels.length) continue;
    const [{ layer, size }] = kernels;
    const share = targets.amounts.get(layer);
    const what = kernels.length === 1 ? `none of the ${size} weights of ${layer}` : `too few for ${kernels.length} layers`;
    throw new DlError('refused', `pruneWeights keep ${share} would leave ${what}; use a larger share.`);
  }
}

function checkImportance({ importance: name }: PruneWeightsOptions, context: TechniqueContext, { kernels }: PruningTargets): void {
  const importance = importanceOf(name);
  if (importance.needs === 'data' && !context.data) {
    throw new DlError('refused', `pruneWeights importance '${importance.name}' needs training data: pass \`data\` to compressModel.`);
  }
  importance.check?.({ ...context, kernels });
}

/** The schedule must be over when training ends, or the model would not be as sparse as asked. */
/** The zeros would leave the layers' shared values: it is they that are trained on then, and the file has both. */
function checkNothingShared({ steps, index }: RecipePosition): void {
  if (!steps.slice(0, index).some(({ name }) => name === 'shareWeights')) return;
  throw new DlError(
    'refused',
    'The recipe has pruneWeights after shareWeights, whose weights have few values that belong together: put pruneWeights first.',
  );
}

function checkScheduleEnds(schedule: SparsitySchedule, { data }: TechniqueContext, { steps, index }: RecipePosition): void {
  const lastStep = lastStepOf(schedule);
  if (lastStep === 0) return;
  const epochs = steps.slice(index + 1).reduce((sum, step) => sum + (step.epochs ?? 0), 0);
  if (epochs === 0) {
    throw new DlError(
      'refused',
      `pruneWeights has the schedule ${schedule.name}, but no step after it trains: add fineTune({ epochs: 4 }).`,
    );
  }
  const trainingSteps = epochs * (data?.train.steps ?? Number.POSITIVE_INFINITY);
  if (lastStep > trainingSteps) {
    throw new DlError(
      'refused',
      `${schedule.name} ends at step ${lastStep}, but the ${epochs} epochs after it have ${trainingSteps} steps: end it earlier or train longer.`,
    );
  }
}

function isPair(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((one) => Number.isInteger(one) && one > 0);
}

function unusual(option: string, value: unknown, allowed: string): DlError {
  return new DlError('config', `pruneWeights ${option} is ${JSON.stringify(value)}; ${allowed}.`);
}
