import ejs from 'ejs';
import { type FileMap, sortedFiles } from './file-map.ts';

/** What templates may name. A template that names anything else fails; a value is written as it is, never HTML-escaped. */
export type TemplateValues = Readonly<Record<string, unknown>>;

/**
 * Renders templates into the files of a project. A template ending in `.ejs` is filled in with `values`, any other is
 * copied; its path is the path in the project, with `.ejs` dropped and a leading `_` of the file name made a dot
 * (npm leaves `.gitignore` out of packages).
 */
export function renderTemplates(templates: FileMap, values: TemplateValues): FileMap {
  return sortedFiles(
    [...templates].map(([path, text]) => [targetPath(path), path.endsWith('.ejs') ? renderTemplate(path, text, values) : text]),
  );
}

function targetPath(template: string): string {
  return template.replace(/\.ejs$/, '').replace(/(^|\/)_([^/]+)$/, '$1.$2');
}

function renderTemplate(path: string, text: string, values: TemplateValues): string {
  return ejs.render(text, values, { strict: true, destructuredLocals: Object.keys(values), escape: String, filename: path });
}
