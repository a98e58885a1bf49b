import { quote } from '../engine/flags.ts';
import type { Fail } from './check-preset.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Keys that are not a preset's, and why. */
const refused: Readonly<Record<string, string>> = {
  name: 'it is the name of the project',
  version: 'it is the version of the project',
  private: 'a project is private until somebody decides to publish it',
  type: 'the project is written in ES modules',
  license: 'it follows from answers.licence',
  packageManager: 'it follows from answers.package-manager',
  workspaces: 'a project is no workspace',
  allowScripts: 'which install scripts run is for the project to decide',
  dependenciesMeta: 'which install scripts run is for the project to decide',
  trustedDependencies: 'which install scripts run is for the project to decide',
  pnpm: 'which install scripts run is for the project to decide',
  gypfile: 'which install scripts run is for the project to decide',
};

/** Lists that the template has too: what comes on top must be of the same kind. */
const ofTexts = [
  'scripts',
  'engines',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'resolutions',
];

/** Scripts that an installation runs by itself, and the one that we run: creating a project must not run code of a preset. */
const runByInstalling = /^((pre|post)?(install|prepare|uninstall|native)|(pre|post)?prepublish|dependencies|pnpm:devPreinstall)$/;

/** Packages whose versions go with this tool's, also where `overrides` and `resolutions` name them below others. */
const ours = /(^|[/>])((create-)?dl-project)(@|$)|@tensorflow\//;

/** Checks what a preset adds to package.json. Nothing in it can take away what the project has, or run when it is installed. */
export function checkPackageJson(content: Fields, fail: Fail): Fields {
  for (const [key, value] of Object.entries(content)) {
    if (Object.hasOwn(refused, key)) fail(`packageJson.${key} is not a preset's to set: ${refused[key]}.`);
    if (!ofTexts.includes(key)) continue;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(`packageJson.${key} is an object with texts.`);
    const wrong = Object.entries(value as Fields).find(([, one]) => typeof one !== 'string' || one === '');
    if (wrong) fail(`packageJson.${key}[${quote(wrong[0])}] is ${JSON.stringify(wrong[1])}; it is a text.`);
    if (key === 'scripts') refuseInstallScripts(value as Fields, fail);
    else if (key !== 'engines') refuseSpecs(key, value as Readonly<Record<string, string>>, fail);
  }
  return content;
}

function refuseInstallScripts(scripts: Fields, fail: Fail): void {
  const script = Object.keys(scripts).find((name) => runByInstalling.test(name));
  if (script) fail(`packageJson.scripts.${script} would run while the project is made; a preset runs no code.`);
}

/** Versions on the registry only: npm builds what comes from git or a folder, by the scripts in there. */
function refuseSpecs(key: string, specs: Readonly<Record<string, string>>, fail: Fail): void {
  for (const [name, spec] of Object.entries(specs)) {
    if (ours.test(name)) fail(`packageJson.${key}[${quote(name)}]: its version goes with this tool's, so a preset does not set it.`);
    if (!/^(npm:(@[\w.~-]+\/)?[\w.~-]+@)?[\w.~^<>=|*+ -]+$/.test(spec))
      fail(`packageJson.${key}[${quote(name)}] is ${quote(spec)}; it is a version on the registry, such as ^1.2.0.`);
  }
}
