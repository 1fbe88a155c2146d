import { OWN_FILES } from "../../src/changes/own/paths.ts";

/** A read or command that a check can do without, and why its verdict is still honest. */
export interface Tolerance {
  /** `CHECK FAULT ACCESS`, such as `PNL-12 missing run curl …`. */
  readonly where: RegExp;
  readonly because: string;
}

const OWN = Object.values(OWN_FILES)
  .map((path) => path.replaceAll(".", "\\."))
  .join("|");

export const TOLERATED: readonly Tolerance[] = [
  {
    where: /^ACC-04 empty run \S*(pwck|grpck) -r/,
    because: "no line and exit code 0 is how pwck(8) and grpck(8) say that all is well",
  },
  { where: /^SSH-30 empty run \S*sshd -t /, because: "so does sshd -t" },
  { where: /^SSH-29 failing run dpkg --compare-versions /, because: "exit code 1 is its no (dpkg(1))" },
  {
    where: /^SSH-32 denied (stat|text) \/(home|root)/,
    because: "whose keys cannot be read is looked at as one who has some",
  },
  {
    where: /^SYS-07 empty run journalctl .*MESSAGE_ID=/,
    because: "no line is how journalctl(1) says that nothing matches",
  },
  {
    where: /^SYS-08 missing run journalctl /,
    because: "auth.log that is written is a log of sign-ins, with a journal or without",
  },
  {
    where: /^TLS-02 \w+ run openssl s_client /,
    because: "the files are judged; what a listener shows is TLS-01's, which is then unknown",
  },
  {
    where: new RegExp(`^(F2B|FW|NET|SYS)-\\d\\d (denied|hung) text (${OWN})$`),
    because: "castellan's own file is read for the remedy only: the verdict stands, and nothing is offered",
  },
  {
    where: /^F2B-0\d denied stat \S*\/systemd$/,
    because: "read for the remedy only, as well",
  },
  {
    where: /^F2B-01 (denied|missing) run fail2ban-client status sshd$/,
    because: "whether fail2ban runs is asked by ping; its jails are F2B-02's and F2B-03's",
  },
  {
    where: /^FW-0\d (denied|hung|missing) run ss -H -tulpn$/,
    because: "the rules decide; who listens is asked for the remedy, which is then not offered",
  },
  {
    where: /^FW-0\d (denied|missing) run ip -j -[46] route show$/,
    because:
      "routes tell the interface that a packet comes in by; not knowing it, a rule for one lets nothing in",
  },
];
