#!/bin/bash
# Builds the disk of a stock Debian 12 with systemd, journald, rsyslog, logind, sshd with PAM, nftables, fail2ban,
# nginx and php-fpm.
# usage: image.sh DIR     (needs root, debootstrap, mke2fs; leaves DIR/host.img, DIR/vmlinuz, DIR/initrd, DIR/key)
# The packages come from the mirror that this machine's own apt uses. Users: root (key), alice (key, password, sudo),
# bob (password, no sudo).
set -eu
umask 077
dir=$1
root=$dir/root
packages=systemd,systemd-sysv,libpam-systemd,dbus,openssh-server,rsyslog,nftables,fail2ban,python3-systemd,sudo
packages=$packages,netbase,iproute2,procps,sqlite3,sshpass,tmux,linux-image-cloud-amd64
# A web host, and the tools that castellan's findings are laid beside.
packages=$packages,nginx-light,php8.2-fpm,openssl,unattended-upgrades,apparmor,cron,logrotate,lynis,ssh-audit
# Not installed, as on a stock Debian; their packages stay in /var/lib/later for a test that wants them.
later=auditd,libauparse0

mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' | head -n 1
}

user() {
  chroot "$root" useradd -m -s /bin/bash "$1"
  echo "$1:$2" | chroot "$root" chpasswd
}

authorize() {
  mkdir -p "$1/.ssh"
  cp "$dir/key.pub" "$1/.ssh/authorized_keys"
  chroot "$root" chown -R "$2:$2" "${1#"$root"}/.ssh"
}

mirror=$(mirror)
[ -n "$mirror" ] || mirror=$(awk '/^URIs:/ { print $2; exit } $1 == "deb" { print $2; exit }' \
  /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null)
mkdir -p "$root"
chmod 755 "$root"
(umask 022 && debootstrap --variant=minbase --include="$packages,$later" bookworm "$root" "$mirror") >"$dir/debootstrap.log" 2>&1

umask 022
ssh-keygen -q -t ed25519 -N '' -C '' -f "$dir/key"
user alice correct-horse
user bob battery-staple
chroot "$root" usermod -aG sudo alice
echo 'alice ALL=(ALL) NOPASSWD:ALL' >"$root/etc/sudoers.d/alice"
authorize "$root/root" root
authorize "$root/home/alice" alice
echo web1 >"$root/etc/hostname"
echo '127.0.0.1 localhost web1' >"$root/etc/hosts"
printf '[Match]\nName=en* eth*\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\n' >"$root/etc/systemd/network/80-vm.network"
chroot "$root" systemctl enable systemd-networkd >/dev/null 2>&1
# fail2ban stands beside castellan, bans with nftables, and is too patient to ban anybody by itself here.
printf '[DEFAULT]\nbanaction = nftables-multiport\nmaxretry = 500\n' >"$root/etc/fail2ban/jail.local"
mkdir "$root/var/lib/later"
for package in ${later//,/ }; do
  cp "$root/var/cache/apt/archives/${package}_"*.deb "$root/var/lib/later"
  chroot "$root" dpkg --purge "$package" >/dev/null 2>&1
done
# Nothing below is looked at, and an emulated processor is slow.
chroot "$root" systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  fstrim.timer systemd-networkd-wait-online.service >/dev/null 2>&1
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*

cp "$root"/boot/vmlinuz-* "$dir/vmlinuz"
cp "$root"/boot/initrd.img-* "$dir/initrd"
mke2fs -q -t ext4 -d "$root" "$dir/host.img" 3G
rm -rf "$root"
