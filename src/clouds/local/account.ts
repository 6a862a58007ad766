import { hostname, userInfo } from 'node:os';
import { LabError } from '../../core/errors.ts';
import { thisComputer } from '../../platform/computer-identity.ts';

/** Whose machines they are: `user@host#1a2b3c4d`, its end the same for as long as the computer is. */
export function accountHere(): string {
  const { machine } = thisComputer();
  return `${userInfo().username}@${hostname()}${machine === null ? '' : `#${machine.slice(0, 8)}`}`;
}

/** Throws a LabError of kind prerequisite for machines of another computer: nothing here can tell what is there. */
export function requireHere(account: string | null | undefined): void {
  const [there, here] = [account ?? '', accountHere()].map((text) => text.split('#')[1]);
  if (there === undefined || here === undefined || there === here) return;
  const host = account?.split('#')[0]?.split('@').at(-1) ?? 'another computer';
  throw new LabError({ kind: 'prerequisite', code: 'OtherComputer', summary: `these machines are on ${host}, not on this computer`, hint: `run labtui on ${host}` });
}
