#!/bin/bash
# Runs inside the machine, as root: gives it a network segment with strangers on it.
# The machine is 198.51.100.1 there; the strangers live in the network namespace "outside", 198.51.100.0/24 and
# 2001:db8:66::/64. Documentation addresses only (RFC 5737, RFC 3849); nothing leaves the machine.
set -eu
ip netns add outside
ip link add wall type veth peer name gate netns outside
ip addr add 198.51.100.1/24 dev wall
ip link set wall up
ip -n outside link set lo up
ip -n outside link set gate up
for last in $(seq 11 40); do ip -n outside addr add "198.51.100.$last/24" dev gate; done
mkdir -p /root/.ssh
# Key exchange of the cheapest kind: the processor is an emulated one.
cat >/root/.ssh/config <<'CONFIG'
Host 198.51.100.1
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
  ConnectTimeout 20
  NumberOfPasswordPrompts 1
  PubkeyAuthentication no
  KexAlgorithms curve25519-sha256
  Ciphers aes128-ctr
CONFIG
