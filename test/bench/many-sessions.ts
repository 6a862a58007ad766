import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Copies a session's directory (session.json only) under `count` other ids. */
export function copySessions(root: string, model: string, count: number): void {
  const text = readFileSync(join(root, model, 'session.json'), 'utf8');
  for (let index = 0; index < count; index += 1) {
    const id = `lab-${index.toString(36).padStart(6, '0')}`;
    mkdirSync(join(root, id), { mode: 0o700 });
    writeFileSync(join(root, id, 'session.json'), text.replaceAll(model, id), { mode: 0o600 });
  }
}

export function onlySession(root: string): string {
  const id = readdirSync(root).find((name) => !name.startsWith('.'));
  if (id === undefined) throw new Error(`no session in ${root}`);
  return id;
}
