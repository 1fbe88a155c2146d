import type { SignInCase } from "./try.ts";

const KEYS = "/home/alice/.ssh/authorized_keys";
const KEY = "$(cat /root/gate.pub)";
/** One line before the key, as authorized_keys has it. */
const options = (text: string): string => `printf '%b %s\\n' '${text}' "${KEY}" > ${KEYS}`;
const line = (text: string): string => `printf '${text}' > ${KEYS}`;
const config = (text: string): string => `printf '%b' '${text}' > /etc/ssh/sshd_config.d/10-case.conf`;
const by = (type: string): string =>
  `rm -f /root/k /root/k.pub; ssh-keygen -q -N "" -f /root/k ${type}; cp /root/k.pub ${KEYS}`;

/** What a key file decides: where it lies, whose it is, what stands in it. */
export const KEY_CASES: readonly SignInCase[] = [
  {
    name: "several files, the last counts",
    make: `${config("AuthorizedKeysFile .ssh/none /etc/ssh/keys/%u %h/.ssh/authorized_keys\\n")}`,
  },
  {
    name: "an absolute folder",
    make: `${config("AuthorizedKeysFile /etc/ssh/keys/%u\\n")}; mkdir /etc/ssh/keys; cp /root/gate.pub /etc/ssh/keys/alice; rm ${KEYS}`,
    tries: ["key alice", "key root"],
  },
  {
    name: "an absolute folder that others may write",
    make: `${config("AuthorizedKeysFile /etc/ssh/keys/%u\\n")}; mkdir -m 777 /etc/ssh/keys; cp /root/gate.pub /etc/ssh/keys/alice`,
  },
  { name: "none", make: config("AuthorizedKeysFile none\\n") },
  { name: "from= here", make: options('from="198.51.100.0/24"'), unsure: ["key alice"] },
  { name: "from= everywhere", make: options('from="*"') },
  { name: "from= elsewhere", make: options('from="10.0.0.0/8"'), unsure: ["key alice"] },
  { name: "from= a name", make: options('from="*.example.org"') },
  { name: "from= with host bits", make: options('from="198.51.100.1/24"'), unsure: ["key alice"] },
  { name: "from= twice", make: options('from="*",from="*"') },
  { name: "from= without quotes", make: options("from=*") },
  { name: "restrict", make: options("restrict") },
  { name: "no-pty", make: options("no-pty,no-port-forwarding,No-X11-Forwarding") },
  { name: "an option with a tail", make: options("no-ptyx") },
  { name: "restricted is no option", make: options("restricted") },
  { name: "a comma too many", make: options("restrict,") },
  { name: "an empty option", make: options("restrict,,pty") },
  { name: "expiry-time in the past", make: options('expiry-time="20200101"') },
  { name: "expiry-time in the future", make: options('expiry-time="20990101"') },
  { name: "expiry-time without quotes", make: options("expiry-time=20990101") },
  { name: "the earlier of two expiry-times", make: options('expiry-time="20990101",expiry-time="20200101"') },
  { name: "expiry-time that is none", make: options('expiry-time="tomorrow"') },
  { name: "command=", make: options('command="/bin/true"') },
  { name: "command= twice", make: options('command="sh",command="sh"') },
  { name: "cert-authority", make: options("cert-authority"), unsure: ["key alice"] },
  { name: "environment= that is none", make: options('environment="FOO"') },
  { name: "environment=", make: options('environment="FOO=bar"') },
  { name: "permitopen= that is none", make: options('permitopen="nowhere"') },
  { name: "permitopen=", make: options('permitopen="10.0.0.1:80"') },
  { name: "tunnel= that is none", make: options('tunnel="x"') },
  { name: "principals= on a key", make: options('principals="x"') },
  { name: "quotes without an end", make: options('command="sh') },
  { name: "a byte-order mark", make: `printf '\\xef\\xbb\\xbf%s\\n' "${KEY}" > ${KEYS}` },
  { name: "a blank that is none", make: `printf '\\xc2\\xa0%s\\n' "${KEY}" > ${KEYS}` },
  { name: "a form feed before it", make: `printf '\\f%s\\n' "${KEY}" > ${KEYS}` },
  { name: "tabs and blanks before it", make: `printf ' \\t %s\\n' "${KEY}" > ${KEYS}` },
  { name: "CRLF", make: `printf '# x\\r\\n%s\\r\\n' "${KEY}" > ${KEYS}` },
  { name: "CRLF without a comment", make: `printf '%s\\r\\n' "$(cut -d' ' -f1,2 /root/gate.pub)" > ${KEYS}` },
  { name: "CR alone", make: `printf '# x\\r%s\\r' "${KEY}" > ${KEYS}` },
  { name: "UTF-16", make: `iconv -t UTF-16 /root/gate.pub > ${KEYS}` },
  {
    name: "a line of 100 kB",
    make: options(`environment="X=${"x".repeat(1)}'"$(head -c 100000 /dev/zero | tr '\\0' y)"'"`),
  },
  { name: "a zero byte before it", make: `printf 'x\\0\\n%s\\n' "${KEY}" > ${KEYS}` },
  { name: "a blob without its end", make: `cut -c1-60 /root/gate.pub > ${KEYS}` },
  {
    name: "base64 without its padding",
    make: `${by("-t rsa -b 2048")}; sed -i 's/=* root@.*$//' ${KEYS}; sed -i 's/=*$//' ${KEYS}`,
    key: "/root/k",
  },
  { name: "RSA", make: by("-t rsa -b 2048"), key: "/root/k" },
  {
    name: "RSA below RequiredRSASize",
    make: `${config("RequiredRSASize 3072\\n")}; ${by("-t rsa -b 2048")}`,
    key: "/root/k",
  },
  {
    name: "RSA left out",
    make: `${config("PubkeyAcceptedAlgorithms ssh-ed25519\\n")}; ${by("-t rsa -b 2048")}`,
    key: "/root/k",
  },
  {
    name: "RSA by SHA-1 alone",
    make: `${config("PubkeyAcceptedAlgorithms ssh-rsa\\n")}; ${by("-t rsa -b 2048")}`,
    key: "/root/k",
  },
  { name: "wildcards among the algorithms", make: config("PubkeyAcceptedAlgorithms ssh-ed*\\n") },
  { name: "ECDSA", make: by("-t ecdsa -b 521"), key: "/root/k" },
  { name: "no line end", make: line("%s").replace("'%s'", `'%s' "${KEY}"`) },
  { name: "home group-writable by a group of hers", make: "chmod 775 /home/alice" },
  { name: "home writable by another group", make: "chgrp users /home/alice; chmod 775 /home/alice" },
  { name: "home writable by everybody", make: "chmod 777 /home/alice" },
  {
    name: ".ssh group-writable, and root is in the group",
    make: "usermod -aG alice root; chmod 770 /home/alice/.ssh; ",
    tries: ["key alice"],
  },
  {
    name: "a file of root's that her own group may write",
    make: `chown root:alice ${KEYS}; chmod 660 ${KEYS}`,
  },
  {
    name: "the same, and she is named in the group",
    make: `sed -i 's/^alice:x:1000:.*/alice:x:1000:alice/' /etc/group; chown root:alice ${KEYS}; chmod 660 ${KEYS}`,
  },
  {
    name: "a second group that only she is in",
    make: `groupadd mine; usermod -aG mine alice; chgrp mine ${KEYS}; chmod 660 ${KEYS}`,
  },
  { name: "a group that nobody is in", make: `groupadd empty; chgrp empty ${KEYS}; chmod 660 ${KEYS}` },
  { name: "a key file of somebody else's", make: `chown daemon ${KEYS}; chmod 644 ${KEYS}` },
  { name: "a key file that she cannot read", make: `chown root ${KEYS}; chmod 600 ${KEYS}` },
  {
    name: "StrictModes no",
    make: `${config("StrictModes no\\n")}; chmod 666 ${KEYS}; chmod 777 /home/alice`,
  },
  {
    name: ".ssh is a link",
    make: "mv /home/alice/.ssh /opt/keys/alice; ln -s /opt/keys/alice /home/alice/.ssh",
  },
  {
    name: ".ssh is a link through a folder of root's",
    make: `mkdir -m 700 /root/way -p; mv /home/alice/.ssh /opt/keys/alice; ln -sfn /opt/keys/alice /root/way/ssh; ln -s /root/way/ssh /home/alice/.ssh`,
  },
  { name: "the key file is a link", make: `mv ${KEYS} /home/alice/keys; ln -s ../keys ${KEYS}` },
  { name: "home is not there", make: "rm -rf /home/alice" },
  {
    name: "home is not there, the key is elsewhere",
    make: `${config("AuthorizedKeysFile /etc/ssh/keys/%u\\n")}; mkdir /etc/ssh/keys; cp /root/gate.pub /etc/ssh/keys/alice; rm -rf /home/alice`,
  },
  { name: "home is a link", make: "mv /home/alice /opt/keys/home; ln -s /opt/keys/home /home/alice" },
  {
    name: "AuthorizedKeysCommand",
    make: `${config("AuthorizedKeysCommand /bin/cat /root/gate.pub\\nAuthorizedKeysCommandUser root\\n")}; rm ${KEYS}`,
    unsure: ["key alice"],
  },
];
