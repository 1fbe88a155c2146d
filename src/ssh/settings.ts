/** A setting that castellan has an opinion on, or may set. */
export interface SettingSpec {
  /** As sshd_config(5) writes it. */
  readonly title: string;
  /** What is recommended; null: castellan may set it, and recommends nothing. */
  readonly recommended: string | null;
  /** What a value may be: the strictest grammar that its uses need. Nothing here can hold a quote, `#` or a newline. */
  readonly grammar: RegExp;
  /** What an attacker does with a bad value; empty for what is not shown. */
  readonly why: string;
}

const YES_NO = /^(yes|no)$/;
const COUNT = /^[1-9]\d{0,4}$/;
const SPAN = /^\d{1,5}[smhdw]?$/;
const NAMES = /^[A-Za-z0-9_.*?@:/!,-]{1,200}( [A-Za-z0-9_.*?@:/!,-]{1,200}){0,199}$/;
const ALGORITHMS = /^[-+^]?[a-z0-9@.*?-]{1,100}(,[a-z0-9@.*?-]{1,100}){0,60}$/;
const METHODS = /^(any|[a-z-]{1,40}(:[a-z]{1,10})?(,[a-z-]{1,40}(:[a-z]{1,10})?)*( [a-z,:-]{1,200}){0,9})$/;

function spec(title: string, recommended: string | null, grammar: RegExp, why = ""): SettingSpec {
  return { title, recommended, grammar, why };
}

/** Every setting that castellan's drop-in may hold, in the order in which it is written and shown. */
export const SSH_SETTINGS: readonly SettingSpec[] = [
  spec(
    "PermitRootLogin",
    "no",
    /^(yes|no|prohibit-password|without-password|forced-commands-only)$/,
    "Every guesser tries root first, and a shared root login names nobody in the log.",
  ),
  spec("PasswordAuthentication", "no", YES_NO, "A password can be guessed or reused; a key cannot."),
  spec(
    "KbdInteractiveAuthentication",
    "no",
    YES_NO,
    "PAM asks for the same password by another name: with it on, PasswordAuthentication no closes nothing.",
  ),
  spec("PermitEmptyPasswords", "no", YES_NO, "An account without a password is open to everybody."),
  spec("PubkeyAuthentication", null, YES_NO),
  spec("AuthenticationMethods", null, METHODS),
  spec("MaxAuthTries", "3", COUNT, "Each connection may guess so often."),
  spec(
    "LoginGraceTime",
    "30",
    SPAN,
    "A connection that never signs in holds a place so long; 0 is for ever.",
  ),
  spec(
    "MaxStartups",
    "10:30:60",
    /^\d{1,5}(:\d{1,3}:\d{1,5})?$/,
    "So many connections may be signing in at once before others are dropped.",
  ),
  spec("MaxSessions", "10", /^\d{1,5}$/, "One stolen connection carries so many sessions."),
  spec("ClientAliveInterval", "300", SPAN, "A session whose client is gone stays open for whoever finds it."),
  spec("ClientAliveCountMax", "2", /^\d{1,4}$/, "After so many unanswered questions a dead session ends."),
  spec(
    "AllowUsers",
    null,
    NAMES,
    "Who is not named cannot even try: forgotten and service accounts stay out.",
  ),
  spec(
    "AllowGroups",
    null,
    NAMES,
    "Members of these groups may try; AllowUsers and AllowGroups both have to hold.",
  ),
  spec("DenyUsers", null, NAMES),
  spec("DenyGroups", null, NAMES),
  spec("Port", null, /^\d{1,5}( \d{1,5}){0,7}$/, "Another port keeps scanners' noise away, and no attacker."),
  spec("X11Forwarding", "no", YES_NO, "Whoever rules this host may watch and type on the client's display."),
  spec("AllowAgentForwarding", "no", YES_NO, "Whoever rules this host may use the keys of who is signed in."),
  spec(
    "AllowTcpForwarding",
    "local",
    /^(yes|no|local|remote|all)$/,
    "A login without a shell still reaches into the network behind this host.",
  ),
  spec("AllowStreamLocalForwarding", null, /^(yes|no|local|remote|all)$/),
  spec("DisableForwarding", null, YES_NO),
  spec(
    "PermitTunnel",
    "no",
    /^(yes|no|point-to-point|ethernet)$/,
    "A tunnel joins another network to this host.",
  ),
  spec("GatewayPorts", "no", /^(yes|no|clientspecified)$/, "Forwarded ports are open to the whole network."),
  spec("PermitUserEnvironment", "no", YES_NO, "LD_PRELOAD from a user's file undoes forced commands."),
  spec("HostbasedAuthentication", "no", YES_NO, "Another host's word lets users in."),
  spec("IgnoreRhosts", "yes", /^(yes|no|shosts-only)$/, "A .rhosts file lets others in."),
  spec("GSSAPIAuthentication", "no", YES_NO, "Code before the sign-in that only Kerberos needs."),
  spec("UsePAM", "yes", YES_NO, "Without PAM neither expiry nor limits of accounts are heeded."),
  spec("StrictModes", "yes", YES_NO, "Key files count that others may have written."),
  spec(
    "LogLevel",
    "VERBOSE",
    /^(QUIET|FATAL|ERROR|INFO|VERBOSE|DEBUG[123]?)$/,
    "Below VERBOSE a refused key of an existing login leaves no line: attacks by key go unseen.",
  ),
  spec(
    "Ciphers",
    "-*-cbc,3des*,arcfour*",
    ALGORITHMS,
    "The client may choose the weakest one that is offered.",
  ),
  spec(
    "MACs",
    "-hmac-md5*,hmac-sha1*,umac-64*,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512",
    ALGORITHMS,
    "Short tags and MAC-then-encrypt are what attacks on the transport use.",
  ),
  spec(
    "KexAlgorithms",
    "-ecdh-sha2-*,diffie-hellman-group1-*,diffie-hellman-group14-*,diffie-hellman-group-exchange-sha1",
    ALGORITHMS,
    "A recorded session is only as secret as the weakest exchange that is offered.",
  ),
  spec("HostKeyAlgorithms", null, ALGORITHMS),
  spec("PubkeyAcceptedAlgorithms", null, ALGORITHMS),
  spec("RequiredRSASize", "2048", /^\d{4,5}$/, "RSA below 2048 bits can be broken."),
  spec(
    "PerSourcePenalties",
    "yes",
    /^(yes|no|[a-z]+:[a-z0-9.]+( [a-z]+:[a-z0-9.]+){0,12})$/,
    "Who guesses, scans or crashes may come back at once.",
  ),
  spec("PerSourceMaxStartups", null, /^(none|\d{1,5})$/),
  spec("PerSourceNetBlockSize", null, /^\d{1,3}(:\d{1,3})?$/),
  spec("DebianBanner", null, YES_NO),
  spec("UseDNS", null, YES_NO),
  spec("TCPKeepAlive", null, YES_NO),
  spec("Compression", null, /^(yes|no|delayed)$/),
  spec("PrintLastLog", null, YES_NO),
  spec("Banner", null, /^(none|\/[\w./-]{1,200})$/),
];

const BY_KEYWORD: ReadonlyMap<string, SettingSpec> = new Map(
  SSH_SETTINGS.map((setting) => [setting.title.toLowerCase(), setting]),
);

/** A setting by its keyword in any case; null: castellan does not set it. */
export function settingNamed(keyword: string): SettingSpec | null {
  return BY_KEYWORD.get(keyword.toLowerCase()) ?? null;
}
