import { isPlainObject } from './plain-object.ts';

/** What tells one version of a state from another. */
export interface StateHead {
  readonly lineage: string;
  readonly serial: number;
}

/**
 * Lineage and serial of a whole state; null for anything else. Terraform's and OpenTofu's state format is version 4; every state they
 * wrote has a lineage.
 */
export function stateHead(bytes: Buffer): StateHead | null {
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
  if (!isPlainObject(content)) return null;
  const { version, lineage, serial } = content;
  if (version !== 4 || typeof lineage !== 'string' || lineage === '' || typeof serial !== 'number') return null;
  return { lineage, serial };
}
