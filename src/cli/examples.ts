/** Examples under `--help`, by full command name. */
export const examples: Readonly<Record<string, string>> = {
  '': `
Examples:
  labtui apply --distro fedora --cloud aws          a Fedora lab on AWS, after a question
  labtui apply --profile kernel-lab -y --json       the same for a pipeline
  labtui ssh kernel-lab                             a shell on it
  labtui destroy kernel-lab                         the end of it, with a receipt

Exit codes: 0 done, 2 usage, 3 input, 4 prerequisite, 5 cloud or Terraform, 6 not ready, 7 something is left,
8 not approved, 130/143 interrupted.`,
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
  labtui destroy kernel-lab old-rocky --auto-approve`,
  cleanup: `
Examples:
  labtui cleanup --expired --auto-approve           for cron
  labtui cleanup --older-than 8h --dry-run`,
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
