import { serialization } from '@tensorflow/tfjs-core';
import { DlError } from '../core/errors.ts';
import type { LayerClass } from './define-layer.ts';
import { Dropout } from './dropout.ts';
import { FakeQuantize } from './fake-quantize.ts';
import { GroupNormalization } from './group-normalization.ts';
import { GRU } from './gru.ts';
import { MaxNorm } from './max-norm.ts';
import { OrthogonalInitializer } from './orthogonal-initializer.ts';
import { QuantConv2D } from './quant-conv2d.ts';
import { QuantDense } from './quant-dense.ts';
import { SeparableConv2D } from './separable-conv2d.ts';
import { SignActivation } from './sign-activation.ts';
import { tidyWrites } from './tidy-writes.ts';
import { WeightClip } from './weight-clip.ts';
import { WinogradConv2D } from './winograd-conv2d.ts';

/** Classes of layers of this library that the engine runs, or that model files have plain layers of tfjs instead of. */
export const libraryLayerClasses: readonly string[] = [
  FakeQuantize,
  GroupNormalization,
  QuantConv2D,
  QuantDense,
  SignActivation,
  WinogradConv2D,
].map((layer) => layer.className);

/**
 * Makes tfjs read our layer classes, and those of a project, from a saved topology, and our initialiser and constraint by their names. Call it before both;
 * calling it again does no harm.
 * @throws DlError `config` for a layer with the name of one of tfjs's own
 */
export function registerLayers(own: readonly { readonly layerClass: LayerClass }[] = []): void {
  serialization.registerClass(Dropout);
  serialization.registerClass(FakeQuantize);
  serialization.registerClass(OrthogonalInitializer);
  serialization.registerClass(MaxNorm);
  tidyWrites();
  for (const layer of [GroupNormalization, GRU, QuantConv2D, QuantDense, SeparableConv2D, SignActivation, WeightClip, WinogradConv2D])
    serialization.registerClass(layer as never);
  const known = serialization.SerializationMap.getMap().classNameMap;
  for (const { layerClass } of own) {
    const [registered] = known[layerClass.className] ?? [];
    if (registered && !('isDefined' in registered)) {
      throw new DlError('config', `There is a layer ${layerClass.className} in tfjs already. Give yours another name.`);
    }
    serialization.registerClass(layerClass);
  }
}
