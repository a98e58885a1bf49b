export type { ConfigOf } from '../config/config-types.ts';
export { defineProject } from './define-project.ts';
export type { OwnParts, Project } from './project.ts';
