import { builtinModules } from 'node:module';
import { quote } from './flags.ts';

const windowsDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;
const longest = 100;

/**
 * Why `name` cannot be the name of a project and its folder, or undefined if it can. The rules are npm's for package names,
 * narrowed to what every file system takes; so a name never needs quoting in any generated file.
 */
export function refuseName(name: string, packages: readonly string[] = []): string | undefined {
  const proposal = proposeName(name);
  const type = proposal && proposal !== name && !packages.includes(proposal) ? ` Try ${proposal}.` : '';
  if (name.length > longest) return `A project's name has at most ${longest} characters; this one has ${name.length}: ${quote(name)}.`;
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    return `${quote(name)} cannot be a project's name: lower-case letters, digits, "-", "_" and ".", beginning with a letter or digit.${type}`;
  }
  if (name.endsWith('.')) return `${quote(name)} ends with a dot, which Windows drops from a folder's name.${type}`;
  if (windowsDevice.test(name)) return `${quote(name)} is the name of a device on Windows. Try ${name.split('.')[0]}-project.`;
  if (name === 'node_modules' || name === 'favicon.ico' || builtinModules.includes(name)) {
    return `${quote(name)} is reserved by Node and npm. Try ${name.replace(/\W/g, '-')}-project.`;
  }
  if (packages.includes(name)) return `${quote(name)} is the name of a package the project itself installs. Try my-${name}.`;
  return undefined;
}

/** The nearest name that is allowed: `My App` becomes `my-app`; empty where nothing is left. */
export function proposeName(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase().slice(0, longest);
  const proposal = plain
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return windowsDevice.test(proposal) ? `${proposal.split('.')[0]}-project` : proposal;
}
