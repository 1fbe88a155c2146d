#!/bin/bash
# A shooting range: a real sshd with a real syslog in a network namespace of its own, and attackers in another one.
# usage: ssh-range.sh up DIR | down DIR        (needs root, iproute2, openssh-server, rsyslog)
# DIR/auth.log is what sshd logs. Server 198.51.100.1 and 2001:db8:1::1, port 2222; attackers live in 198.51.100.0/24
# and 2001:db8:66::/64. Documentation addresses only (RFC 5737, RFC 3849); nothing leaves the two namespaces.
set -eu
action=$1
dir=$2
id=$(printf %s "$dir" | cksum | cut -d' ' -f1)
server=cst-s-$id
attacker=cst-a-$id

up() {
  mkdir -p "$dir/run"
  ip netns add "$server"
  ip netns add "$attacker"
  ip link add vs type veth peer name va netns "$attacker" netns "$server" 2>/dev/null ||
    ip -n "$server" link add vs type veth peer name va netns "$attacker"
  for ns in "$server" "$attacker"; do ip -n "$ns" link set lo up; done
  ip -n "$server" addr add 198.51.100.1/24 dev vs
  ip -n "$server" addr add 2001:db8:1::1/64 dev vs nodad
  ip -n "$server" link set vs up
  for last in 10 11 12 13 14 15 $(seq 66 99); do ip -n "$attacker" addr add "198.51.100.$last/24" dev va; done
  for last in a1 a2 a3 a4 a5 a6; do ip -n "$attacker" addr add "2001:db8:66::$last/64" dev va nodad; done
  ip -n "$attacker" addr add 2001:db8:1::66/64 dev va nodad
  ip -n "$attacker" link set va up
  ip -n "$server" -6 route add 2001:db8:66::/64 dev vs
  ssh-keygen -q -t ed25519 -N '' -f "$dir/host_key"
  ssh-keygen -q -t ed25519 -N '' -f "$dir/operator_key"
  cat >"$dir/rsyslog.conf" <<CONF
module(load="imuxsock" SysSock.Use="on" SysSock.RateLimit.Interval="0")
\$template RFC,"%TIMESTAMP:::date-rfc3339% web1 %syslogtag%%msg:::sp-if-no-1st-sp%%msg:::drop-last-lf%\n"
*.* action(type="omfile" file="$dir/auth.log" template="RFC" asyncWriting="off" flushOnTXEnd="on")
CONF
  cat >"$dir/sshd_config" <<CONF
Port 2222
HostKey $dir/host_key
PidFile $dir/run/sshd.pid
AuthorizedKeysFile $dir/operator_key.pub
StrictModes no
UsePAM ${RANGE_PAM:-no}
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
MaxStartups 200:30:400
LoginGraceTime 60
CONF
  touch "$dir/auth.log"
  ip netns exec "$server" unshare -m bash -s "$dir" <<'INSIDE'
set -eu
dir=$1
# A /dev of its own, so that /dev/log is ours alone.
mkdir -p "$dir/dev"
mount -t tmpfs tmpfs "$dir/dev"
for node in null zero full random urandom tty ptmx; do touch "$dir/dev/$node"; mount --bind "/dev/$node" "$dir/dev/$node"; done
mkdir "$dir/dev/pts" "$dir/dev/shm"; mount --rbind /dev/pts "$dir/dev/pts"
mount --rbind "$dir/dev" /dev
mkdir -p /run/sshd
setsid rsyslogd -n -f "$dir/rsyslog.conf" -i "$dir/run/rsyslog.pid" >"$dir/rsyslog.out" 2>&1 &
for _ in $(seq 300); do [ -S /dev/log ] && break; sleep 0.1; done
setsid /usr/sbin/sshd -D -f "$dir/sshd_config" >"$dir/sshd.out" 2>&1 &
for _ in $(seq 300); do [ -f "$dir/run/sshd.pid" ] && break; sleep 0.1; done
INSIDE
}

down() {
  for ns in "$server" "$attacker"; do
    ip netns pids "$ns" 2>/dev/null | xargs -r kill 2>/dev/null || true
    for _ in $(seq 50); do [ -z "$(ip netns pids "$ns" 2>/dev/null)" ] && break; sleep 0.1; done
    ip netns pids "$ns" 2>/dev/null | xargs -r kill -9 2>/dev/null || true
    ip netns del "$ns" 2>/dev/null || true
  done
  umount -l "$dir/dev" 2>/dev/null || true
}

case $action in up) up ;; down) down ;; names) echo "$server $attacker" ;; esac
