export type {
  AnyConfig,
  ConfigInput,
  ConfigKey,
  ConfigOf,
  ConfigValue,
  ExperimentInput,
  LoadingSettings,
  LogKey,
  ProjectParts,
  StartSettings,
} from './config-types.ts';
export { defineConfig } from './define-config.ts';
export { defineExperiment } from './define-experiment.ts';
export { listSettings, type SettingInfo } from './list-settings.ts';
export type { OptionsOf, Part, PartConfig, PartInput, PartReference } from './part.ts';
export { type Overrides, type ResolvedConfig, type ResolveOptions, resolveConfig, resolveSettings } from './resolve-config.ts';
export { settingTree } from './setting-tree.ts';
export type { StepSettings } from './step-settings.ts';
