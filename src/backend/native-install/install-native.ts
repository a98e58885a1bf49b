import { DlError } from '../../core/errors.ts';
import { addPackage, installedPackage, isListed } from './add-package.ts';
import { buildFromWheel, requireBuildTools } from './build-from-wheel.ts';
import { isKept, keepFromPackage, keepLibrary, linkLibrary, type NativeLibrary, nativeLibrary } from './native-library.ts';
import { downloadHostAnswers, runInstallScript } from './run-install-script.ts';

/**
 * Makes the native backend loadable in a project: tfjs-node among its `optionalDependencies`, and TensorFlow's library
 * beside it. The library is fetched once per user and linked into every project, so that putting it back after
 * `npm ci` takes a moment.
 *
 * Where the host that tfjs-node downloads from does not answer, the library is built from TensorFlow's Python wheel.
 *
 * @param projectFolder the folder of package.json
 * @param step told what is going on, before it goes on
 * @throws DlError with what is missing; tools are checked before anything large is fetched
 */
export async function installNative(projectFolder: string, step: (text: string) => void): Promise<void> {
  const library = nativeLibrary();
  const way = isKept(library) ? 'link' : (await downloadHostAnswers(projectFolder)) ? 'download' : 'build';
  if (way === 'build') requireBuildTools();

  if (!installedPackage(projectFolder)) {
    step(`${isListed(projectFolder) ? 'installing' : 'adding to optionalDependencies:'} @tensorflow/tfjs-node`);
    await addPackage(projectFolder);
  }
  const packageFolder = installedPackage(projectFolder);
  if (!packageFolder) throw new DlError('missing', `@tensorflow/tfjs-node was installed, but is not found from ${projectFolder}.`);

  if (way === 'download' && (await download(packageFolder, library, step))) return;
  if (way !== 'link') await keepLibrary(library, (unfinished) => buildFromWheel(packageFolder, unfinished, step));
  step('linking the library');
  linkLibrary(library, packageFolder);
}

/**
 * @returns false where it failed and the other way is open: a proxy may answer for a host and then let nothing through
 * @throws DlError with what failed, where there is no other way
 */
async function download(packageFolder: string, library: NativeLibrary, step: (text: string) => void): Promise<boolean> {
  step("downloading TensorFlow's library");
  try {
    await runInstallScript(packageFolder);
  } catch (error) {
    if (!canBuild()) throw error;
    step('that failed; taking the other way');
    return false;
  }
  await keepFromPackage(library, packageFolder);
  return true;
}

function canBuild(): boolean {
  try {
    requireBuildTools();
    return true;
  } catch {
    return false;
  }
}
