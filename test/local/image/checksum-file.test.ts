import { describe, expect, it } from 'vitest';
import { parseChecksum } from '../../../src/local/image/checksum.ts';
import { checksumFor, publishedChecksums } from '../../../src/local/image/checksum-file.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const long = 'c'.repeat(128);

describe("a vendor's checksums", () => {
  it.each([
    ['GNU, text mode (Debian)', `${long}  debian-12-generic-amd64.qcow2\n${'d'.repeat(128)}  other.qcow2\n`, 'debian-12-generic-amd64.qcow2', `sha512:${long}`],
    ['GNU, binary mode (Ubuntu)', `${b} *ubuntu-24.04-server-cloudimg-arm64.img\n${a} *ubuntu-24.04-server-cloudimg-amd64.img\n`, 'ubuntu-24.04-server-cloudimg-amd64.img', `sha256:${a}`],
    ['BSD with comments (Rocky)', `# Rocky-9.qcow2: 663 bytes\nSHA256 (Rocky-9.qcow2) = ${a}\n`, 'Rocky-9.qcow2', `sha256:${a}`],
    ['a path before the name', `${a}  ./images/x.qcow2\n`, 'x.qcow2', `sha256:${a}`],
    ['upper case and CRLF', `SHA256 (x.qcow2) = ${a.toUpperCase()}\r\n`, 'x.qcow2', `sha256:${a}`],
    ['a lone checksum', `${long}\n`, 'nocloud_alpine.qcow2', `sha512:${long}`],
    ['sections by kind (Flatcar)', `# MD5 HASH\n${'1'.repeat(32)}  f.img.bz2\n# SHA1 HASH\n${'2'.repeat(40)}  f.img.bz2\n# SHA512 HASH\n${long}  f.img.bz2\n`, 'f.img.bz2', `sha512:${long}`],
    ['JSON (Oracle)', JSON.stringify({ base_url: '/x', kvm: { image: 'OL9.qcow2', sha256: a }, vagrant: { image: 'OL9.box', sha256: b } }), 'OL9.qcow2', `sha256:${a}`],
  ])('%s', (_, text, name, expected) => {
    const found = checksumFor(text, name);
    expect(found && `${found.algorithm}:${found.hex}`).toBe(expected);
  });

  it('of a clear-signed message (Fedora): only what is signed counts', () => {
    const text = [
      `SHA256 (x.qcow2) = ${b}`,
      '-----BEGIN PGP SIGNED MESSAGE-----',
      'Hash: SHA256',
      '',
      '# x.qcow2: 580 bytes',
      `SHA256 (x.qcow2) = ${a}`,
      '-----BEGIN PGP SIGNATURE-----',
      '',
      'iQIzBAEBCAAdFiEE',
      `SHA256 (x.qcow2) = ${b}`,
      '-----END PGP SIGNATURE-----',
    ].join('\n');
    expect(checksumFor(text, 'x.qcow2')).toEqual({ algorithm: 'sha256', hex: a });
  });

  it('takes the stronger of two kinds', () => {
    expect(checksumFor(`SHA256 (x) = ${a}\nSHA512 (x) = ${long}\n`, 'x')).toEqual({ algorithm: 'sha512', hex: long });
  });

  it.each([
    ['another file', `${a}  y.qcow2\n`],
    ['a name that only ends alike', `${a}  not-x.qcow2\n`],
    ['two different ones', `${a}  x.qcow2\n${b}  x.qcow2\n`],
    ['only weak ones', `${'1'.repeat(32)}  x.qcow2\nSHA1 (x.qcow2) = ${'2'.repeat(40)}\n`],
    ['a kind that its length belies', `SHA512 (x.qcow2) = ${a}\n`],
    ['several lone ones', `${a}\n${b}\n`],
    ['a web page', '<html>404</html>'],
    ['broken JSON', '{"sha256":'],
    ['nothing', ''],
  ])('has none of x.qcow2 in %s', (_, text) => {
    expect(checksumFor(text, 'x.qcow2')).toBeNull();
  });

  it('names every file', () => {
    expect(publishedChecksums(`${a}  one\n${b} *two\n`).map(({ fileName }) => fileName)).toEqual(['one', 'two']);
  });
});

describe('a checksum as it is pinned', () => {
  it.each([`sha256:${a}`, `SHA256:${a.toUpperCase()}`, `sha512:${long}`])('%s', (text) => {
    expect(parseChecksum(text)?.hex).toBe(text.slice(7).toLowerCase());
  });
  it.each([a, `sha256:${long}`, `sha1:${'a'.repeat(40)}`, 'sha256:', `sha256:${a}x`])('not %s', (text) => {
    expect(parseChecksum(text)).toBeNull();
  });
});
