#!/bin/sh
# PID 1 of a machine: its root is an overlay of the computer's own, its other directories are its own.
# power-on.sh DIR STUBS LIFETIME_SECONDS
set -eu
dir=$1 stubs=$2 lifetime=$3

mount -t overlay machine -o "lowerdir=/,upperdir=$dir/upper,workdir=$dir/work" "$dir/root"
cd "$dir/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mkdir -p run/guest run/sshd run/lock run/systemd/system
mount --bind "$dir/records" run/guest
for path in tmp:1777 root:0700 home:0755 var/lib/cloud:0755; do
  mkdir -p "${path%:*}" "$dir/own/${path%:*}"
  chmod "${path#*:}" "$dir/own/${path%:*}"
  mount --bind "$dir/own/${path%:*}" "${path%:*}"
done

# What would touch the computer, or needs an init system, is a stand-in that writes down how it was called.
install -D -m 0755 "$stubs/systemctl" "$stubs/power" "$stubs/cloud-init" "$stubs/final-stage" -t usr/local/lib/guest
for name in systemctl:usr/bin/systemctl cloud-init:usr/bin/cloud-init \
  power:usr/sbin/shutdown power:usr/sbin/poweroff power:usr/sbin/halt power:usr/sbin/reboot; do
  rm -f "${name#*:}"
  ln -s "/usr/local/lib/guest/${name%%:*}" "${name#*:}"
done
hostname localhost
ip link set lo up 2>/dev/null || true

pivot_root . mnt
umount -l mnt
trap 'exit 0' TERM
touch /run/guest/calls.log
chmod 0666 /run/guest/calls.log
: >/run/guest/up
sleep "$lifetime" &
wait $!
