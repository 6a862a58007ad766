import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createTlsIdentity } from '../../src/plugin/tls-identity.ts';

describe('the TLS identity', () => {
  it('is a certificate for this computer, signed with its own key', () => {
    const certificate = new X509Certificate(createTlsIdentity({ days: 30 }).certificateDer);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('example.com')).toBeUndefined();
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.ca).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(new Date(certificate.validFrom).getTime()).toBeLessThan(Date.now());
    expect(new Date(certificate.validTo).getTime()).toBeGreaterThan(Date.now() + 29 * 24 * 3600_000);
  });

  it('reads well also after 2049, and each is another one', () => {
    const many = Array.from({ length: 40 }, () => new X509Certificate(createTlsIdentity({ now: new Date('2049-12-30T00:00:00Z'), days: 30 }).certificatePem));
    expect(new Set(many.map(({ serialNumber }) => serialNumber)).size).toBe(40);
    expect(many.every((certificate) => certificate.verify(certificate.publicKey) && new Date(certificate.validTo).getUTCFullYear() === 2050)).toBe(true);
  });

  it('opens a connection where both sides know the other, and none where they do not', async () => {
    const [server, client, stranger] = [createTlsIdentity(), createTlsIdentity(), createTlsIdentity()];
    const listener = createServer(
      { key: server.privateKeyPem, cert: server.certificatePem, ca: client.certificatePem, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
      (socket) => socket.end('hello'),
    ).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const talk = async ({ certificatePem, privateKeyPem }: typeof client, ca: string): Promise<string> => {
      const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', key: privateKeyPem, cert: certificatePem, ca });
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return text;
    };
    expect(await talk(client, server.certificatePem)).toBe('hello');
    // With TLS 1.3 the client may learn of it only by what it does not get.
    expect(await talk(stranger, server.certificatePem).catch(() => 'refused')).not.toBe('hello');
    await expect(talk(client, stranger.certificatePem)).rejects.toThrow(/self.signed/);
    listener.close();
  });
});
