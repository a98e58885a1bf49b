import { readFileSync } from 'node:fs';
import { type FileMap, sortedFiles } from '../engine/file-map.ts';
import { renderTemplates } from '../engine/render.ts';
import { readTemplates } from '../engine/templates.ts';
import type { ModuleEntry } from '../modules.ts';
import { packageRoot } from '../package-root.ts';
import type { ModuleGenerator, ModuleInput } from './module-generator.ts';

/** The files of a module, by path in the project, and the `index.ts` that lists it. */
export interface ModulePlan {
  readonly files: FileMap;
  /** Where its list is; undefined for a kind that has none. */
  readonly index: { readonly path: string; readonly list: string; readonly from: string } | undefined;
}

/** Renders the files of a module; whatever it is not made from stays out. */
export function planModule({ name: kind, folder }: ModuleEntry, generator: ModuleGenerator, input: ModuleInput): ModulePlan {
  const { name, id } = input;
  const templates = [...readTemplates(new URL(`templates/${kind}/`, packageRoot))];
  const variants = generator.variants?.(input).map((variant) => `${variant}/`) ?? [''];
  const chosen = variants.flatMap((variant) =>
    templates.filter(([path]) => path.startsWith(variant)).map(([path, text]) => [path.slice(variant.length), text] as const),
  );
  const values = { name, id, part: input[generator.spelling], readsFiles: input.project.readsFiles, ...generator.values?.(input) };
  const rendered = [...renderTemplates(new Map(chosen), values)].map(([path, text]) => [path.replaceAll('[name]', name), text] as const);
  const extra = Object.entries(generator.extraFiles?.(input, readAppTemplate) ?? {});
  return {
    files: sortedFiles([...rendered, ...extra]),
    index: generator.list ? { path: `${folder}/index.ts`, list: generator.list, from: `./${name}.ts` } : undefined,
  };
}

function readAppTemplate(path: string): string {
  return readFileSync(new URL(`templates/app/${path}`, packageRoot), 'utf8').replaceAll('\r\n', '\n');
}
