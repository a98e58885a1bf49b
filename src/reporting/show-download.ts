import { basename } from 'node:path';
import { LiveLine } from '../callbacks/live-line.ts';
import { formatBytes, formatPercent } from '../core/format.ts';
import type { DownloadProgress } from '../data/download/download-file.ts';

const line = new LiveLine(process.stderr.isTTY ? process.stderr : undefined);

/** Shows on stderr how far a download is, in one line that is drawn over; without a terminal one line when it is done. For `fetchPublicDataset`. */
export function showDownload({ url, received, total }: DownloadProgress): void {
  const name = basename(new URL(url).pathname);
  if (received < total) {
    line.show(() => [`downloading ${name}`, formatPercent(received / total, 0), `of ${formatBytes(total)}`]);
    return;
  }
  line.clear();
  process.stderr.write(`  downloaded ${name}   ${formatBytes(total)}\n`);
}
