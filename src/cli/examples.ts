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
  labtui apply --session kernel-lab-8f3k2q          go on with what was interrupted`,
  plan: `
Examples:
  labtui plan --distro rocky@9 --cloud aws --arch arm64
  labtui plan --profile kernel-lab --json | jq 'select(.type == "plan")'`,
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
  exec: `
One argument is a line for the remote shell; several are one command, each word kept as it is.
Examples:
  labtui exec kernel-lab -- uname -a
  labtui exec kernel-lab -- 'cat /etc/os-release | head -1'
  labtui exec kernel-lab -- sh < test.sh`,
  ssh: `
Examples:
  labtui ssh kernel-lab
  labtui ssh kernel-lab -- journalctl -f`,
  'ssh-config': `
Examples:
  labtui ssh-config kernel-lab >> ~/.ssh/config
  rsync -e "ssh -F <(labtui ssh-config kernel-lab)" -a ./src kernel-lab-aws:`,
  doctor: `
Examples:
  labtui doctor --cloud gcp
  labtui doctor --install-terraform       from HashiCorp; LABTUI_TERRAFORM_MIRROR=URL names a mirror laid out like its host`,
  completion: `
Examples:
  eval "$(labtui completion bash)"
  labtui completion fish > ~/.config/fish/completions/labtui.fish`,
  'profiles init': `
Examples:
  labtui profiles init profiles/kernel-lab.yaml --distro fedora --cloud aws`,
};
