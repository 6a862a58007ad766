import type { Client } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootedWorld, logIn, run } from './guest-world.ts';

let client: Client;
beforeAll(async () => {
  client = await logIn(await bootedWorld());
});
afterAll(() => client.end());

/** [command, what it prints, its exit code] */
type Row = readonly [command: string, stdout: string, code?: number, input?: string];

async function check(rows: readonly Row[]): Promise<void> {
  for (const [command, stdout, code = 0, input = ''] of rows) {
    const ran = await run(client, command, input);
    expect({ command, code: ran.code, stdout: ran.stdout }, ran.stderr).toEqual({ command, code, stdout });
  }
}

describe('the shell of a simulated guest', () => {
  it('lists, conditions, exit codes', () =>
    check([
      ['true', ''],
      ['false', '', 1],
      ['exit 7', '', 7],
      ['false; echo $?', '1\n'],
      ['true && echo yes || echo no', 'yes\n'],
      ['false && echo yes || echo no', 'no\n'],
      ['! false && echo inverted', 'inverted\n'],
      ["sh -c 'exit 3'", '', 3],
      ["sh -c 'echo $1-$#' name a b", 'a-2\n'],
      ['(exit 4); echo $?; { echo in; }', '4\nin\n'],
      ['if [ 1 -lt 2 ]; then echo less; elif true; then echo x; else echo more; fi', 'less\n'],
      ['for i in a "b c" d; do [ $i = d ] && break; echo "<$i>"; done 2>/dev/null', '<a>\n<b c>\n'],
      ['n=0; while [ $n -lt 3 ]; do n=$((n + 1)); [ $n = 2 ] && continue; echo $n; done', '1\n3\n'],
      ['case lab-7 in a*) echo a;; lab-[0-9]|x) echo lab;; *) echo other;; esac', 'lab\n'],
      ['f() { echo "f:$1"; return 5; }; f one; echo $?', 'f:one\n5\n'],
      ['set -e; false; echo never', '', 1],
      ['set -e; if false; then :; fi; false || true; ! true; echo still', 'still\n'],
      ["trap 'echo bye' EXIT; echo hello; exit 2", 'hello\nbye\n', 2],
    ]));

  it('words: quotes, variables, substitution, file names', () =>
    check([
      [`echo 'a  b' "c  d" e\\ f g   h`, 'a  b c  d e f g h\n'],
      ['X=1 Y="two words"; echo "$X/$Y" \'$X\' ${Y} ${Z:-none} ${X:+set}', '1/two words $X two words none set\n'],
      ['echo "$(echo in; echo ner)" $(echo a   b) `echo c`', 'in\nner a b c\n'],
      ['echo $((2 + 3 * 4 - (10 / 3))) $((7 % 4 == 3))', '11 1\n'],
      ['A=1 sh -c \'echo $A\'; echo "[$A]"', '1\n[]\n'],
      ['export B=2; env | grep ^B=', 'B=2\n'],
      ['cd /tmp; touch b.txt a.txt c.log; echo *.txt "*.txt" *.none', 'a.txt b.txt *.txt *.none\n'],
      ['echo ~ $HOME; pwd', '/home/ubuntu /home/ubuntu\n/home/ubuntu\n'],
      ['set -- a "b c"; for x in "$@"; do echo "<$x>"; done; echo $#; shift; echo $1', '<a>\n<b c>\n2\nb c\n'],
      ['set -u; echo ${missing-fine}; echo $missing; echo never', 'fine\n', 2],
      ['# a comment\necho one # two\n\necho three', 'one\nthree\n'],
      ['echo a\\\n  b', 'a b\n'],
    ]));

  it('pipes, redirections, standard input', () =>
    check([
      ['seq 1 5 | tail -n 2 | wc -l', '2\n'],
      ['yes lab | head -n 2', 'lab\nlab\n'],
      ['cat', 'in\n', 0, 'in\n'],
      ['cat -', 'no newline', 0, 'no newline'],
      ['echo out; echo err >&2', 'out\n'],
      ['{ echo out; echo err >&2; } 2>&1 | sort', 'err\nout\n'],
      ['nothing-of-the-kind 2>/dev/null', '', 127],
      ['echo one >/tmp/f; echo two >>/tmp/f; cat </tmp/f; cat /tmp/missing 2>/dev/null', 'one\ntwo\n', 1],
      ['cat <<EOF\nhello $USER\nEOF\ncat <<\'EOF\'\n$USER\nEOF', 'hello ubuntu\n$USER\n'],
      ['while read -r a b; do echo "$b $a"; done', 'y x\nz w v\n', 0, 'x y\nv z w\n'],
      ['sh -s', 'from stdin a line\n', 0, 'read -r text\na line\necho from stdin $text\n'],
      ['sh', 'f\n', 0, 'f() {\n  echo f\n}\nf\n'],
      ['head -c 5; cat', '12345678\n', 0, '12345678\n'],
      ['printf "%s-%03d\\n" a 7 b 8; printf "x\\ty\\n"', 'a-007\nb-008\nx\ty\n'],
      ['echo b:2 a:1 | tr " " "\\n" | sort | cut -d: -f1', 'a\nb\n'],
      ['echo text | tee /tmp/t >/dev/null; cat /tmp/t', 'text\n'],
      ['dd if=/dev/zero of=/dev/stdout bs=1k count=3 2>/dev/null | wc -c', '3072\n'],
      ['echo no >/etc/hostname', '', 1],
      ['echo yes | sudo tee /etc/hostname', 'yes\n'],
      ['printf \'#!/bin/sh\\necho ran $1\\n\' >/tmp/s.sh; chmod +x /tmp/s.sh; /tmp/s.sh a; chmod 644 /tmp/s.sh; /tmp/s.sh', 'ran a\n', 126],
    ]));

  it('what it does not know it says, with what it does', async () => {
    const unknown = await run(client, 'apt-get install nginx');
    expect(unknown).toMatchObject({ code: 127, stdout: '' });
    expect(unknown.stderr).toMatch(/^sh: apt-get: this is a simulated guest; it knows: .*\bcat\b.*\bsystemctl\b.*\n$/);
    expect(await run(client, 'echo "unfinished')).toMatchObject({ code: 2, stderr: 'sh: syntax error: Unterminated quoted string\n' });
    expect(await run(client, 'if true; then')).toMatchObject({ code: 2 });
    expect(await run(client, 'done')).toMatchObject({ code: 2, stderr: 'sh: syntax error: "done" unexpected\n' });
    for (const copier of ['scp -t /tmp', 'rsync --server . /tmp']) {
      const refused = await run(client, copier);
      expect(refused).toMatchObject({ code: 127, stdout: '' });
      expect(refused.stderr).toContain('by SFTP alone');
    }
  });

  it('knows the system it stands for, and that it is simulated', async () => {
    expect((await run(client, 'cat /etc/os-release')).stdout).toBe(
      'PRETTY_NAME="Ubuntu 24.04 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="24.04 (noble)"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\nHOME_URL="https://www.ubuntu.com/"\nVARIANT="simulated by labtui"\nVARIANT_ID=simulated\n',
    );
    expect((await run(client, '. /etc/os-release; echo $ID-$VERSION_ID')).stdout).toBe('ubuntu-24.04\n');
    await check([
      ['uname -sm', 'Linux x86_64\n'],
      ['uname -r', '6.8.0-1-simulated\n'],
      ['hostname; cat /etc/hostname', 'lab-one\nlab-one\n'],
      ['whoami; id -u; sudo -n id -u; sudo whoami', 'ubuntu\n1000\n0\nroot\n'],
      ['nproc; grep -c processor /proc/cpuinfo', '2\n2\n'],
      ['systemctl is-system-running; systemctl -q is-active ssh.service && echo up', 'running\nup\n'],
      ['command -v cloud-init; command -v rc-service', '/usr/bin/cloud-init\n', 127],
      ['date -u -d @0 "+%F %T"', '1970-01-01 00:00:00\n'],
      ['test -s /etc/labtui-ttl; echo $?', '1\n'],
    ]);
    expect((await run(client, 'uptime')).stdout).toMatch(/^ \d\d:\d\d:\d\d up 0 min, {2}1 user, {2}load average: 0\.00, /);
    expect((await run(client, 'uname -a')).stdout).toMatch(/^Linux lab-one 6\.8\.0-1-simulated #1 SMP .* x86_64 GNU\/Linux\n$/);
    expect((await run(client, 'dmesg | head -n 1')).stdout).toContain('Linux version 6.8.0-1-simulated');
    expect((await run(client, 'cat /proc/uptime')).stdout).toMatch(/^\d+\.\d\d \d/);
    for (const command of ['free -m', 'df -h', 'last', 'ls -la /etc', 'id', 'date', 'free', 'df', 'w 2>/dev/null || who']) {
      const ran = await run(client, command);
      expect([ran.code, ran.stdout.length > 20], command).toEqual([0, true]);
    }
  });
});
