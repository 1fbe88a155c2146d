#!/bin/sh
# Gives a program a machine of its own to run daemons on: what it writes to /etc, /var, /run and its network is gone
# with it. Usage: unshare --mount --net --pid --fork running.sh PROGRAM [ARGUMENT...]
set -e
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
for folder in etc var; do
  mkdir -p "/run/upper/$folder" "/run/beside/$folder"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=/run/upper/$folder,workdir=/run/beside/$folder" "/$folder"
done
mkdir -p /run/php /run/fail2ban /run/sshd /run/www
ip link set lo up
exec "$@"
