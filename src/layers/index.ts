export { defineLayer, type LayerClass, type LayerDefinition, type LayerFactory, type LayerWeight } from './define-layer.ts';
export { Dropout, type DropoutArgs, setDropoutStep } from './dropout.ts';
export { functional, through } from './functional.ts';
export { withLayerNames } from './layer-names.ts';
export { type Layer, layers } from './layers.ts';
export { registerLayers } from './register-layers.ts';
export { sequential } from './sequential.ts';
export { stableWeightNames, trainableVariables, variableOf } from './stable-weight-names.ts';
