import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { LabError } from '../core/errors.ts';
import { type Download, openUrl } from './download.ts';
import type { InstallProgress } from './progress.ts';

export interface ZipDownload extends Download {
  /** Must not exist yet. */
  readonly file: string;
  /** SHA-256 that it must have, in lower case. */
  readonly checksum: string;
  readonly onProgress: (progress: InstallProgress) => void;
}

/** Downloads an archive and compares its checksum. Rejects with kind not-found, network or prerequisite. */
export async function fetchZip(download: ZipDownload): Promise<void> {
  const { url, file, checksum, onProgress } = download;
  const body = await openUrl(download);
  if (body === null) throw new LabError({ kind: 'not-found', summary: `${url} does not exist, though the signed checksums name it` });
  const hash = createHash('sha256');
  const handle = await open(file, 'wx', 0o600);
  let receivedBytes = 0;
  try {
    for await (const chunk of body.chunks) {
      hash.update(chunk);
      await handle.writeFile(chunk);
      receivedBytes += chunk.length;
      onProgress({ step: 'downloading', url, receivedBytes, totalBytes: body.totalBytes });
    }
  } finally {
    await handle.close();
  }
  const found = hash.digest('hex');
  if (found !== checksum) {
    throw new LabError({
      kind: 'prerequisite',
      summary: `${url} is not what HashiCorp signed: its checksum differs`,
      detail: `SHA-256 signed ${checksum}\n        found  ${found}\nNothing was installed.`,
      hint: 'again, later: labtui doctor --install-terraform; when it stays so, something between here and HashiCorp changes what is downloaded',
    });
  }
}
