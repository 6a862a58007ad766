/** Examples under `--help`, by full command name. */
export const examples: Readonly<Record<string, string>> = {
  '': `
Examples:
  labtui apply --distro fedora --cloud aws          a Fedora lab on AWS, after a question
  labtui apply --profile kernel-lab -y --json       the same for a pipeline
  labtui ssh kernel-lab                             a shell on it
  labtui destroy kernel-lab                         the end of it, with a receipt

Exit codes: 0 done, 2 usage, 3 input, 4 prerequisite, 5 cloud or Terraform, 6 not ready, 7 something is left,
8 not approved, 9 verify found differences, 130/143 interrupted.`,
  apply: `
Examples:
  labtui apply --distro debian@12 --cloud aws
  labtui apply --profile kernel-lab --set disk.sizeGb=40 --ttl 2h
  labtui apply --profile kernel-lab --auto-approve --json
  labtui apply --profile web --wait-port 80 --wait-for 'systemctl is-active nginx'
  labtui apply --session kernel-lab-8f3k2q          go on with what was interrupted`,
  plan: `
Examples:
  labtui plan --distro rocky@9 --cloud aws --arch arm64
  labtui plan --profile kernel-lab --json | jq 'select(.type == "plan")'`,
  'cache prune': `
What a session stands on is never removed. A Terraform provider that is missing later is fetched again.
Examples:
  labtui cache prune --dry-run                      what nothing has used for 7 days
  labtui cache prune --all                          all that is not in use: the disk is full
  labtui cache prune --max-size 5GB`,
  'image build': `
Takes root or user name spaces (Debian, Ubuntu: apt install mmdebstrap uidmap), and one to three minutes. The image starts by
its own kernel, without firmware. --cloud local takes a built image before a downloaded one.
Examples:
  labtui image build debian@12                      then: labtui apply --cloud local --distro debian@12
  labtui image build ubuntu@24.04 --mirror http://mirror.example.org/ubuntu
  labtui image build debian@13 --output ./debian-13.qcow2
  labtui apply --cloud local --distro debian@13 --image file:./debian-13.qcow2`,
  'image import': `
It is copied, so the file may go. A disk that needs other files (a backing file, a layer, a parted VMDK) is refused: nothing that it
names is opened. The same again changes nothing. The machine's user, keys and network come by cloud-init: the disk must have it.
Examples:
  labtui image import ./kernel-test.qcow2           then: labtui apply --cloud local --distro debian@12 --image kernel-test
  labtui image import ./vendor.vmdk --distro rocky@9              --distro rocky@9 takes it from now on
  labtui image import ./disk.raw --name lab --arch arm64 --sha256 "$(cut -d' ' -f1 disk.raw.sha256)"`,
  'prices refresh': `
Examples:
  labtui prices refresh --cloud azure --region westeurope         no credentials needed
  labtui prices refresh --cloud aws,gcp                           with those of the environment; GCP: also GOOGLE_API_KEY
  labtui prices refresh --cloud aws --instance-type m7i.large`,
  synth: `
Examples:
  labtui synth --profile kernel-lab                 then look, and: labtui apply --session SESSION`,
  destroy: `
Examples:
  labtui destroy kernel-lab
  labtui destroy kernel-lab old-rocky --auto-approve       at once, one table at the end
  labtui destroy kernel-lab --without-terraform            no Terraform at hand: by tag, through the cloud's API`,
  replace: `
The machine goes and comes again as another; session, name, ssh alias, key, network and deadline stay, its disk does not.
Examples:
  labtui replace kernel-lab --distro rocky@9
  labtui replace kernel-lab --distro rocky@9 --size medium -y --json
  labtui replace two-clouds --distro debian@13 --stack gcp        one stack of several
  labtui replace three --distro arch --host three-aws-2           one machine of several
  labtui replace kernel-lab --distro fedora --no-rollback         leave what fails, to look at it`,
  run: `
Exit code: 0 all passed, 10 the machines worked and a test failed, else as of apply and destroy.
The command runs in ~/labtui-run, where the working directory is copied to. * stands for every version in support.
Examples:
  labtui run --distro 'debian@*,fedora,rocky@9' --cloud aws -- ./test.sh
  labtui run --distro debian,ubuntu --cloud aws,gcp --arch amd64,arm64 --skip-impossible -- make check
  labtui run --distro 'debian@*' --cloud local --reuse -- 'uname -r && ./bench'
  labtui run --distro fedora --cloud aws --copy test.sh --collect report --junit labtui.xml -- ./test.sh
  labtui run --distro fedora,arch --cloud gcp --keep-failed -- ./test.sh      what failed stays: labtui ssh`,
  cleanup: `
Examples:
  labtui cleanup --expired --auto-approve           for cron
  labtui cleanup --older-than 8h --dry-run
  labtui cleanup --sweep --dry-run                  what of yours is still anywhere, and what would become of it
  labtui cleanup --sweep --include-unknown          also labs whose computer is gone, before their deadline
  labtui cleanup --sweep --owner alice@laptop --cloud aws --everywhere

A sweep looks in every account and region that labtui has used here; where it has used none of a cloud, in every region
of the account that the cloud's CLI is set to. It removes what is past its deadline, what is left of labs that ended
here, and labs of this computer whose labtui has died or failed. Of any other lab that nobody here knows:
  before its deadline             only with --include-unknown
  without a readable deadline     only with --include-unknown
  of another owner                only with --owner NAME (--owner '*': any)
An owner is a person: of user@host the user counts, so your labs of another computer are yours. A name that was given,
by LABTUI_OWNER or by a CI's repository, is compared as it is. What does not carry labtui=true is never touched.
Exit code 7: something of that is left, or a place that labtui has used could not be asked.`,
  receipt: `
Examples:
  labtui receipt kernel-lab
  labtui receipt --sweep --json                     of the last cleanup --sweep`,
  verify: `
Drifted: an apply would change it back. Vanished: in the state, gone from the cloud. Orphaned: it has the session's tag,
and no state knows it. Nothing is changed, neither the state nor the cloud; of an archived session it says what is left.
Examples:
  labtui verify kernel-lab
  labtui verify kernel-lab --json | jq '.stacks[].orphaned'`,
  events: `
Examples:
  labtui events kernel-lab --follow
  labtui events --all --since 24h --json            who did what, in every session, archived ones too`,
  'state list': `
Examples:
  labtui state list kernel-lab
  labtui state list kernel-lab --stack gcp --json`,
  'state show': `
Examples:
  labtui state show kernel-lab                      the present state
  labtui state show kernel-lab 3 --json             a version, as Terraform wrote it`,
  'state restore': `
Examples:
  labtui state restore kernel-lab                   the newest version that is another one
  labtui state restore kernel-lab 3 --stack aws     then: labtui verify kernel-lab`,
  'archive prune': `
Examples:
  labtui archive prune --dry-run                    what ended more than 90 days ago
  labtui archive prune --older-than 30d`,
  'sweeper install': `
Credentials of the shell are not written down: the schedule uses those in files (aws, az and gcloud logins).
Examples:
  labtui sweeper install                            every 15 minutes, by systemd or cron
  labtui sweeper install --interval 1h --scheduler cron
  labtui sweeper install --github                   for labs that no computer of yours knows any more
  labtui sweeper install --gitlab >> .gitlab-ci.yml`,
  extend: `
A duration is added to the present deadline, or to now where that is past. A lab lives 30 days at most.
Tags and the cloud's own deadline move by Terraform, in place or not at all; then the guests' timers, over SSH. What stays is named.
Examples:
  labtui extend kernel-lab 2h
  labtui extend kernel-lab --until 2026-11-21T18:00Z --json`,
  stop: `
Disks, session, keys and alias stay. AWS and Google Cloud take the public address back: the next start follows the new one.
What goes on costing is said at the end. The deadline stands: a stopped lab ends by its cloud or a sweeper, where they can.
Examples:
  labtui stop kernel-lab
  labtui stop kernel-lab --host 2                   one of several machines
  labtui stop kernel-lab --stack gcp --json | jq 'select(.type == "result").stillBilled'`,
  start: `
Examples:
  labtui start kernel-lab                           new addresses in ssh config, the same host keys
  labtui start kernel-lab --timeout 5m`,
  restart: `
Examples:
  labtui restart kernel-lab --host kernel-lab-aws-1`,
  'snapshot create': `
Examples:
  labtui snapshot create kernel-lab before-upgrade
  labtui snapshot create kernel-lab                 its name is the time`,
  'snapshot restore': `
Examples:
  labtui snapshot restore kernel-lab before-upgrade
  labtui snapshot restore kernel-lab before-upgrade --host 2 --auto-approve`,
  'snapshot list': `
Examples:
  labtui snapshot list kernel-lab --json`,
  'snapshot delete': `
Examples:
  labtui snapshot delete kernel-lab before-upgrade`,
  list: `
Examples:
  labtui list --all
  labtui list --refresh                             machines that were stopped or removed by hand, too`,
  show: `
Examples:
  labtui show kernel-lab
  labtui show kernel-lab --refresh --json | jq '.stacks[].hosts[] | {name, state, publicIp}'`,
  exec: `
One argument is a line for the remote shell; several are one command, each word kept as it is. With --all nothing is read
from standard input. Exit code: the command's own; 127 not found, 128 + n by a signal, 124 --timeout, 255 no connection.
Examples:
  labtui exec kernel-lab -- uname -a
  labtui exec kernel-lab -- 'cat /etc/os-release | head -1'
  labtui exec kernel-lab -- sh < test.sh
  labtui exec kernel-lab --all --timeout 5m -- ./run-tests.sh`,
  ssh: `
Examples:
  labtui ssh kernel-lab
  labtui ssh kernel-lab -- journalctl -f
  labtui ssh kernel-lab --host 2 --jump 1           from machine 1, by the private address of machine 2
  labtui ssh kernel-lab --agent                     git clone there with your keys`,
  cp: `
As cp -r: into a directory that is there, else under the new name; DIR/. copies what is in DIR. Paths of a machine begin at the
user's home. Modes and times are kept, links stay links. A copy that was cut goes on where it stopped when it is given again.
A local path with a colon: ./a:b. Exit code: 3 no such file, 5 no permission, no space or no connection.
Examples:
  labtui cp ./src kernel-lab:                       ~/src there
  labtui cp kernel-lab:/var/log/dmesg .
  labtui cp kernel-lab/kernel-lab-aws-2:results/. ./results-2`,
  forward: `
Listens on 127.0.0.1 only, and says so once it is connected. When the connection is cut it connects again. Ctrl-C ends it: exit 130.
Examples:
  labtui forward kernel-lab 8080:localhost:80
  labtui forward kernel-lab 8080:80 5432:db.internal:5432
  labtui forward kernel-lab 0:80                    a free port, printed`,
  logs: `
Examples:
  labtui logs kernel-lab                            cloud-init, then the journal of this boot
  labtui logs kernel-lab --follow --since 5m
  labtui logs kernel-lab --all --source journal --json`,
  inventory: `
Formats of the resources: table, json, csv, ids. Of the machines: hosts (JSON), ansible, env.
Examples:
  labtui inventory kernel-lab --format ansible > hosts.ini && ansible -i hosts.ini all -m ping
  labtui inventory kernel-lab --format env > .env
  labtui inventory kernel-lab --format hosts | jq -r '.[].publicIp'`,
  'ssh-config': `
Examples:
  labtui ssh-config --install                       from then on: ssh kernel-lab-aws, scp, rsync, VS Code
  labtui ssh-config --uninstall
  labtui ssh-config kernel-lab >> ~/.ssh/config
  rsync -e "ssh -F <(labtui ssh-config kernel-lab)" -a ./src kernel-lab-aws:`,
  doctor: `
Examples:
  labtui doctor --cloud gcp
  labtui doctor --cloud local             what a machine on this computer takes, with package names
  labtui doctor --install-terraform       from HashiCorp; LABTUI_TERRAFORM_MIRROR=URL names a mirror laid out like its host`,
  'ci init': `
Each file installs labtui and Terraform, signs in to the clouds named by the CI's own token (no key is kept), runs the command on a
lab for each combination, keeps the results as JUnit, and ends with labtui cleanup, also when the job was cancelled.
Where there is a .gitlab-ci.yml, the job goes to .gitlab/labtui.yml, with the line to include it.
Examples:
  labtui ci init --rehearse                         no account needed: to see it work
  labtui ci init --distro 'debian@*,fedora' --cloud aws,gcp --arch amd64,arm64 -- make check
  labtui ci init --provider gitlab --cloud azure --sweeper
  labtui ci init --cloud local --stdout             real machines on the runner itself`,
  completion: `
Examples:
  eval "$(labtui completion bash)"
  labtui completion fish > ~/.config/fish/completions/labtui.fish`,
  'profiles init': `
Examples:
  labtui profiles init profiles/kernel-lab.yaml --distro fedora --cloud aws`,
};
