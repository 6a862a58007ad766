import { mkdtempSync } from 'node:fs';
import { startVm } from './support/guest/vm.ts';
const dir = mkdtempSync('/tmp/vmx/');
const vm = await startVm({ workDir: dir, userData: `#cloud-config
runcmd:
  - [sh, -c, '(echo BEGINX; systemd-analyze blame | head -24; cloud-init analyze blame | head -24; systemd-analyze; cat /proc/uptime; echo ENDX) > /dev/ttyS0 2>&1; (sleep 3; systemctl poweroff) & ']
` });
await vm.ended;
const text = vm.console();
console.log(text.slice(text.indexOf('BEGINX'), text.indexOf('ENDX')));
console.log(text.split('\n').filter((l) => /^\[ +\d+\.\d+\]/.test(l)).filter((_, i) => i % 40 === 0).join('\n').slice(0, 2000));
