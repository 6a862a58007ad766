import { invalidInput } from '../../core/errors.ts';

/** Names that Azure refuses for the user it creates: its own list for Linux machines, which the provider repeats. */
const reserved: ReadonlySet<string> = new Set([
  ...['1', '123', 'a', 'actuser', 'adm', 'admin', 'admin1', 'admin2', 'administrator', 'aspnet', 'backup', 'console', 'david', 'guest'],
  ...['john', 'owner', 'root', 'server', 'sql', 'support', 'support_388945a0', 'sys', 'test', 'test1', 'test2', 'test3'],
  ...['user', 'user1', 'user2', 'user3', 'user4', 'user5'],
]);

const suggested = 'lab';

/** Throws invalid-input for a login user that Azure would refuse. */
export function checkLoginUser(user: string): void {
  if (!reserved.has(user.toLowerCase())) return;
  throw invalidInput(`Azure creates no login user named "${user}": the name is reserved there`, `--set ssh.user=${suggested}`);
}
