import { quote } from '../engine/flags.ts';
import type { Fail } from './check-preset.ts';

/** Enough for any text that a person keeps. */
const mostBytes = 1_000_000;

/** What is not the preset's to write, by the beginning of the path in lower case, and why. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/^\.git(\/|$)/, "it is git's"],
  [/(^|\/)node_modules(\/|$)/, "it is the package manager's"],
  [/^(\.dl-project(\/|$)|\.yo-rc\.json$)/, "it is the project's memory"],
  [/^package\.json$/, 'the key packageJson adds to it'],
  [/^(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?)$/, 'the installation writes it'],
  [
    /^(\.yarnrc(\.yml)?|\.yarn\/.*|\.pnp\..*|\.pnpmfile\.\w+|pnpm-workspace\.yaml|bunfig\.toml|binding\.gyp)$/,
    'it could run code during the installation',
  ],
];

/** Refuses a path that is not plainly a file inside a project on every system, or that is not a preset's to write. */
export function refuseFilePath(path: string, fail: Fail): void {
  const at = `files[${quote(path)}]`;
  if (/^([a-zA-Z]:|[\\/])/.test(path)) fail(`${at} is an absolute path; paths are inside the project.`);
  if (path.includes('\\')) fail(`${at}: paths are written with "/".`);
  const parts = path.split('/');
  if (parts.includes('..')) fail(`${at} leaves the project.`);
  if (parts.some((part) => part === '' || part === '.')) fail(`${at} is not the path of a file.`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (parts.some((part) => /[\u0000-\u001f\u007f<>:"|?*]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part)) || path.length > 200)
    fail(`${at} cannot be a file on every system.`);
  const [, why] = refused.find(([pattern]) => pattern.test(path.toLowerCase())) ?? [];
  if (why) fail(`${at} is not a preset's to write: ${why}.`);
}

/** The text of a file, with line ends as in our templates; refuses what is no text, and what an `.npmrc` must not say. */
export function textOfFile(path: string, bytes: Buffer, fail: Fail): string {
  const at = `files[${quote(path)}]`;
  if (bytes.length > mostBytes) fail(`${at} has ${bytes.length.toLocaleString('en-US')} bytes; a file has at most 1,000,000.`);
  const text = bytes.toString('utf8');
  if (text.includes('\0') || !Buffer.from(text).equals(bytes))
    fail(`${at} is not a text in UTF-8. Binary files do not belong into a preset.`);
  if (path.toLowerCase() === '.npmrc') refuseNpmrc(text, fail);
  return text.replaceAll('\r\n', '\n');
}

const harmlessSetting =
  /^((@[\w.~-]+:)?registry|audit|engine-strict|fund|ignore-scripts|legacy-peer-deps|save-exact|save-prefix|strict-peer-deps)$/;

/** Some settings of npm name programs (`script-shell`, `node-options`, `git`), others are secrets. */
function refuseNpmrc(text: string, fail: Fail): void {
  const keys = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line))
    .map((line) => line.split('=', 1)[0].trim());
  const wrong = keys.find((key) => !harmlessSetting.test(key));
  if (wrong !== undefined)
    fail(
      `files[".npmrc"] sets ${quote(wrong)}; a preset may set registries (registry, @acme:registry), engine-strict, save-exact and the like.`,
    );
}
