import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DlError } from '../../core/errors.ts';
import { type DownloadProgress, downloadFile } from './download-file.ts';
import { extractTar } from './extract-tar.ts';
import { type PublicDataset, type PublicDatasetName, publicDatasets } from './public-datasets.ts';

export interface FetchPublicDatasetOptions {
  /** Taken if it holds the data (also in the folder that an archive unpacks to); nothing is ever written there. */
  readonly folder?: string;
  /** Has the files at `<mirror>/<dataset>/<file>`. @default the environment's DL_DATA_MIRROR, else the official place */
  readonly mirror?: string;
  /** Where downloads are kept for all projects. @default `datasets` in the user's cache folder */
  readonly cache?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

const archiveFolders = ['', 'cifar-10-batches-bin', 'cifar-100-binary'];

/**
 * The folder with the files of a public data set: `folder` if they are there, `<DL_DATA_DIR>/<name>` if they are there, else the user's cache, into
 * which they are downloaded once, checked by SHA-256.
 * @throws DlError `missing` without a connection, with the steps to do it by hand; `data` if what came is not the data set
 */
export async function fetchPublicDataset(name: PublicDatasetName, options: FetchPublicDatasetOptions = {}): Promise<string> {
  const dataset: PublicDataset = publicDatasets[name];
  const { DL_DATA_DIR, DL_DATA_MIRROR } = process.env;
  const given = [...(options.folder ? [options.folder] : []), ...(DL_DATA_DIR ? [join(DL_DATA_DIR, name)] : [])];
  const found = given.flatMap((folder) => archiveFolders.map((inner) => join(folder, inner))).find((folder) => holds(folder, dataset));
  if (found) return found;
  const cached = join(options.cache ?? cacheFolder(), name);
  if (holds(cached, dataset)) return cached;
  try {
    await download(name, dataset, cached, options.mirror ?? DL_DATA_MIRROR, options.onProgress);
  } catch (error) {
    if (!(error instanceof DlError) || error.code !== 'missing') throw error;
    const own = options.folder
      ? ` Or put ${(dataset.contents ?? dataset.files.map((file) => file.name)).join(', ')} into ${options.folder}.`
      : '';
    throw new DlError('missing', error.message + own, { cause: error });
  }
  return cached;
}

async function download(
  name: string,
  { base, files, contents }: PublicDataset,
  folder: string,
  mirror: string | undefined,
  onProgress: FetchPublicDatasetOptions['onProgress'],
): Promise<void> {
  const place = mirror ? `${mirror.replace(/\/+$/, '')}/${name}/` : base;
  for (const { name: file, sha256, bytes } of files) {
    const to = join(folder, file);
    await downloadFile(place + file, { to, sha256, bytes, onProgress });
    if (!contents) continue;
    await extractTar(to, folder, contents);
    await rm(to);
  }
}

/** An IDX file may also be unpacked. */
function holds(folder: string, { files, contents }: PublicDataset): boolean {
  const names = contents ?? files.map((file) => file.name);
  return names.every((name) => existsSync(join(folder, name)) || (name.endsWith('.gz') && existsSync(join(folder, name.slice(0, -3)))));
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'dl-project', 'datasets');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'dl-project', 'cache', 'datasets');
  return join(homedir(), '.cache', 'dl-project', 'datasets');
}
