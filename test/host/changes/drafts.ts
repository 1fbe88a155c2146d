import type { ChangeDraft } from "../../../src/changes/change.ts";
import { fail2banDraft } from "../../../src/changes/own/fail2ban.ts";
import { inputPolicyDraft } from "../../../src/changes/own/input-policy.ts";
import { nginxDraft } from "../../../src/changes/own/nginx.ts";
import { OWN_FILES, phpSettingsFile } from "../../../src/changes/own/paths.ts";
import { phpDraft } from "../../../src/changes/own/php.ts";
import { sysctlDraft } from "../../../src/changes/own/sysctl.ts";
import { coredumpDraft, journaldDraft, limitsDraft, modprobeDraft } from "../../../src/changes/own/system.ts";
import { upgradesDraft } from "../../../src/changes/own/upgrades.ts";

const ABOUT = { title: "A change of the test", reason: "to see what it does" };

/** A change of one kind of castellan's own files, and how the host itself tells whether it holds. */
export interface DraftCase {
  readonly draft: ChangeDraft;
  readonly path: string;
  /** A shell command of the host's own programs, and what it says while the change holds and before and after. */
  readonly ask: string;
  readonly changed: RegExp;
  readonly unchanged: RegExp;
}

/** One of every kind, for the Debian of image.sh. */
export const DRAFT_CASES: Readonly<Record<string, DraftCase>> = {
  sysctl: {
    draft: sysctlDraft(null, { "net.ipv4.conf.all.log_martians": "1" }, ABOUT),
    path: OWN_FILES.sysctl,
    ask: "cat /proc/sys/net/ipv4/conf/all/log_martians",
    changed: /^1$/,
    unchanged: /^0$/,
  },
  fail2ban: {
    draft: fail2banDraft(null, { sshd: { enabled: "true", bantime: "7h", maxretry: "444" } }, ABOUT),
    path: OWN_FILES.fail2ban,
    ask: "fail2ban-client get sshd bantime; fail2ban-client get sshd maxretry",
    changed: /^25200\n444$/,
    unchanged: /^600\n500$/,
  },
  nginx: {
    draft: nginxDraft(null, { server_tokens: "off" }, ABOUT),
    path: OWN_FILES.nginx,
    ask: `python3 -c "import urllib.request as u; print(u.urlopen('http://127.0.0.1/').headers['Server'])"`,
    changed: /^nginx$/,
    unchanged: /^nginx\/1\.\d+/,
  },
  php: {
    draft: phpDraft("8.2", "fpm", null, { disable_functions: "exec,system", memory_limit: "64M" }, ABOUT),
    path: phpSettingsFile("8.2", "fpm"),
    ask: "php-fpm8.2 -i | grep -E '^(disable_functions|memory_limit) '",
    changed: /^disable_functions => exec,system => exec,system\nmemory_limit => 64M => 64M$/,
    unchanged: /^disable_functions => no value => no value\nmemory_limit => 128M => 128M$/,
  },
  apt: {
    draft: upgradesDraft(null, { "Unattended-Upgrade::Automatic-Reboot-Time": "04:30" }, ABOUT),
    path: OWN_FILES.upgrades,
    ask: "apt-config shell T Unattended-Upgrade::Automatic-Reboot-Time; echo end",
    changed: /^T='04:30'\nend$/,
    unchanged: /^end$/,
  },
  journald: {
    draft: journaldDraft(null, { Storage: "persistent", SystemMaxUse: "64M" }, ABOUT),
    path: OWN_FILES.journald,
    ask: "systemd-analyze cat-config systemd/journald.conf | grep -E '^(Storage|SystemMaxUse)='; echo end",
    changed: /^Storage=persistent\nSystemMaxUse=64M\nend$/,
    unchanged: /^end$/,
  },
  coredump: {
    draft: coredumpDraft(null, { Storage: "none", ProcessSizeMax: "0" }, ABOUT),
    path: OWN_FILES.coredump,
    ask: "systemd-analyze cat-config systemd/coredump.conf 2>&1 | grep -E '^Storage=none'; echo end",
    changed: /^Storage=none\nend$/,
    unchanged: /^end$/,
  },
  limits: {
    draft: limitsDraft(null, { "alice hard core": "0" }, ABOUT),
    path: OWN_FILES.limits,
    ask: "su alice -c 'ulimit -H -c'",
    changed: /^0$/,
    unchanged: /^unlimited$/,
  },
  modules: {
    draft: modprobeDraft(null, ["dccp"], ABOUT),
    path: OWN_FILES.modprobe,
    ask: "cat /etc/modprobe.d/*.conf | grep dccp; echo end",
    changed: /^install dccp \/bin\/false\nblacklist dccp\nend$/,
    unchanged: /^end$/,
  },
};

/** Port 80, where nginx listens, is shut; sshd's stays. */
export const POLICY = inputPolicyDraft({ tcpPorts: [], udpPorts: [], sshPorts: [22], logDrops: true }, ABOUT);
/** Rules that shut sshd's own port. */
export const LOCKOUT = inputPolicyDraft(
  { tcpPorts: [80], udpPorts: [], sshPorts: [2222], logDrops: false },
  ABOUT,
);
