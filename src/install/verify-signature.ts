import { LabError } from '../core/errors.ts';

/** What a signature says, besides being good. */
export interface GoodSignature {
  /** Fingerprint of the key, in upper case. */
  readonly fingerprint: string;
  readonly signedAt: Date;
}

export interface SignedContent {
  readonly content: Uint8Array;
  /** Detached, binary. */
  readonly signature: Uint8Array;
  /** ASCII-armored: the one key that is trusted. */
  readonly publicKey: string;
  /** For messages. */
  readonly name: string;
}

/**
 * Whether this key signed this content. A key that has ended meanwhile counts, as long as it held on the day of the
 * signature (that is how OpenPGP.js judges it); a signature that was made later, or has ended itself, does not. Rejects
 * with kind prerequisite: rubbish, another key, another content, an end.
 */
export async function verifySignature({ content, signature, publicKey, name }: SignedContent): Promise<GoodSignature> {
  const openpgp = await import('openpgp');
  const key = await openpgp.readKey({ armoredKey: publicKey });
  const parsed = await openpgp.readSignature({ binarySignature: signature }).catch((error: unknown) => {
    throw badSignature(`the signature of ${name} is none`, error);
  });
  const message = await openpgp.createMessage({ binary: content });
  const { signatures } = await openpgp.verify({ message, signature: parsed, verificationKeys: key.toPublic() });
  // The issuer is written in the packet: of several signatures, those of others neither help nor harm.
  const ours = signatures.find(({ keyID }) => key.getKeys(keyID).length > 0);
  if (ours === undefined) {
    const others = signatures.map(({ keyID }) => keyID.toHex().toUpperCase());
    throw badSignature(`${name} is signed by another key than HashiCorp's (${others.join(', ') || 'none'})`, null);
  }
  try {
    await ours.verified;
  } catch (error) {
    throw badSignature(`the signature of ${name} does not hold: ${reasonOf(error)}`, error);
  }
  const [packet] = (await ours.signature).packets;
  return { fingerprint: key.getFingerprint().toUpperCase(), signedAt: packet?.created ?? new Date(0) };
}

/** OpenPGP.js tells failures apart by their text only. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/Signed digest did not match/i.test(text)) return 'the content is not what was signed';
  if (/Signature is expired/i.test(text)) return 'the signature has expired';
  if (/creation time is in the future/i.test(text)) return "it was made in the future, or this computer's clock is wrong";
  if (/key is expired|key is not valid|Could not find valid signing key/i.test(text)) {
    return "it was made after labtui's copy of the key had expired, or with a part of the key that does not sign";
  }
  return text;
}

function badSignature(summary: string, cause: unknown): LabError {
  return new LabError(
    {
      kind: 'prerequisite',
      summary,
      detail: 'Nothing was installed.',
      hint: 'if a mirror is named (LABTUI_TERRAFORM_MIRROR), check it; else get Terraform yourself: https://developer.hashicorp.com/terraform/install',
    },
    { cause },
  );
}
