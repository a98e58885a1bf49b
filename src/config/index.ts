export type { AnyConfig, ConfigInput, ConfigKey, ConfigOf, ConfigValue, LoadingSettings, LogKey, ProjectParts } from './config-types.ts';
export type { OptionsOf, Part, PartConfig, PartInput, PartReference } from './part.ts';
