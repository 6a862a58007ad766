import { LabError } from '../../core/errors.ts';
import type { Checksum } from './checksum.ts';
import { checksumFor, publishedChecksums } from './checksum-file.ts';
import { unverifiable } from './image-problem.ts';
import { fetchText } from './open-url.ts';

/** Where the catalogue says that an official image is. Parts in `<...>` change with every image. */
export interface VendorQuery {
  readonly url: string;
  readonly checksumUrl: string | null;
}

export interface VendorOptions {
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stallMs?: number | undefined;
}

/** The vendor's newest image, and its checksum as the vendor publishes it. */
export interface VendorImage {
  readonly url: string;
  readonly checksum: Checksum;
  /** The host that gave the checksum where it is not the one that was asked; else null. */
  readonly checksumFrom: string | null;
}

/** Asks the vendor. Rejects with kind network where he does not answer, kind image where no checksum of the image is to be had. */
export async function askVendor(query: VendorQuery, options: VendorOptions): Promise<VendorImage> {
  const { checksumUrl } = query;
  if (checksumUrl === null) throw unverifiable(query.url, 'its vendor publishes no checksum that labtui knows of');
  if (checksumUrl.includes('<')) return fromIndex(query.url, checksumUrl, options);
  const { text, url: answeredBy } = await sumsAt(checksumUrl, options);
  const url = query.url.includes('<') ? newestOf(query.url, text, checksumUrl) : query.url;
  const checksum = checksumFor(text, fileNameOf(url));
  if (checksum === null) throw unverifiable(url, `${checksumUrl} has no checksum of ${fileNameOf(url)}`);
  const [asked, answered] = [new URL(checksumUrl).host, new URL(answeredBy).host];
  return { url, checksum, checksumFrom: asked === answered ? null : answered };
}

/** A checksum over a line that anybody can write on verifies nothing; this computer's own is none. */
async function sumsAt(url: string, options: VendorOptions): Promise<{ readonly text: string; readonly url: string }> {
  const found = await fetchText({ url, ...options });
  if (found === null) throw new LabError({ kind: 'image', summary: `there are no checksums at ${url}`, hint: 'the image may have been replaced or withdrawn; bring one: --image file:PATH' });
  const { protocol, hostname } = new URL(found.url);
  if (protocol !== 'https:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) throw unverifiable(url, 'its checksums come over plain HTTP');
  return found;
}

/** The URL whose `<...>` parts are those of the last matching name in the sums: names count up. */
function newestOf(pattern: string, sums: string, checksumUrl: string): string {
  const name = patternOf(fileNameOf(pattern));
  const names = publishedChecksums(sums).flatMap(({ fileName }) => (fileName !== null && name.test(fileName) ? [fileName] : []));
  const newest = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (newest === undefined) throw unverifiable(pattern, `${checksumUrl} names no such file`);
  return `${pattern.slice(0, pattern.lastIndexOf('/') + 1)}${newest.slice(newest.lastIndexOf('/') + 1)}`;
}

/**
 * Where the folder changes as well, a text beside the folders names the newest: `latest-NAME.txt` for `<ts>/NAME-<ts>.qcow2`, as
 * Gentoo has it.
 */
async function fromIndex(pattern: string, checksumPattern: string, options: VendorOptions): Promise<VendorImage> {
  const base = pattern.slice(0, pattern.indexOf('<'));
  const name = fileNameOf(pattern).split(/-?</)[0] ?? '';
  const indexUrl = `${base}latest-${name}.txt`;
  const { text } = await sumsAt(indexUrl, options);
  const found = new RegExp(expressionOf(pattern.slice(base.length))).exec(text)?.[0];
  if (found === undefined) throw unverifiable(pattern, `${indexUrl} names no such file`);
  const [stamp = ''] = found.split('/');
  return askVendor({ url: pattern.replace(/<[^>]*>/g, stamp), checksumUrl: checksumPattern.replace(/<[^>]*>/g, stamp) }, options);
}

function patternOf(name: string): RegExp {
  return new RegExp(`^(?:.*/)?${expressionOf(name)}$`);
}

/** A part in `<...>` is any text within one path segment. */
function expressionOf(name: string): string {
  return name
    .split(/<[^>]*>/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[A-Za-z0-9._~+]+');
}

function fileNameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
