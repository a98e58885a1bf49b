import { tfjsNodeVersion } from './native-library.ts';
import { runProgram } from './run-program.ts';

/** How long the download host may take to answer before the other way is taken. */
const patienceMilliseconds = 4000;

/** Whether the host that tfjs-node downloads its library from answers quickly; a mirror set by tfjs' variables counts as one. */
export async function downloadHostAnswers(projectFolder: string): Promise<boolean> {
  const { TFJS_NODE_CDN_STORAGE, CDN_STORAGE, TFJS_NODE_BASE_URI } = process.env;
  if (TFJS_NODE_CDN_STORAGE || CDN_STORAGE || TFJS_NODE_BASE_URI) return true;
  const ask = ['view', '--silent', `@tensorflow/tfjs-node@${tfjsNodeVersion}`, 'binary.host'];
  const host = (await runProgram('npm', ask, { cwd: projectFolder, what: 'ask the registry for tfjs-node' })).trim();
  try {
    await fetch(host.split('\n').at(-1) ?? '', { method: 'HEAD', signal: AbortSignal.timeout(patienceMilliseconds) });
    return true;
  } catch {
    return false;
  }
}

/** tfjs-node's own install script: downloads the library and a compiled addon into the package. */
export async function runInstallScript(packageFolder: string): Promise<void> {
  await runProgram('npm', ['run', '--silent', 'install'], { cwd: packageFolder, what: 'download the library of tfjs-node' });
}
