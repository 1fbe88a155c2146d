import type { EffectiveConfig } from "../changes/services/sshd-effective.ts";
import { isAlgorithmList, rateAlgorithms } from "./algorithms.ts";
import type { SettingRating } from "./setting-rating.ts";

export type { SettingRating } from "./setting-rating.ts";

/** What the value of one setting depends on. */
export interface RatingContext {
  /** All effective values. */
  readonly values: EffectiveConfig;
  /** Whether PAM's stack for sshd takes passwords; null: it cannot be told. */
  readonly pamTakesPasswords: boolean | null;
  /** Whether something locks out who guesses; null: not known. */
  readonly guessersLockedOut: boolean | null;
  /** Every login of the host; null: not known. */
  readonly logins: ReadonlySet<string> | null;
}

type Rate = (value: string, context: RatingContext) => SettingRating;

const passed = (says: string): SettingRating => ({ rating: "passed", says });
const warning = (says: string): SettingRating => ({ rating: "warning", says });
const critical = (says: string): SettingRating => ({ rating: "critical", says });

/** A value that is as it should be, some that are weak, and all others. */
function oneOf(good: string, weak: Readonly<Record<string, string>>, other: SettingRating): Rate {
  return (value) => {
    const lower = value.toLowerCase();
    const says = Object.hasOwn(weak, lower) ? weak[lower] : undefined;
    if (lower === good) return passed(value);
    return says === undefined ? other : warning(says);
  };
}

function numberIn(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}

/** A number up to `good` passes, up to `weak` is a warning, beyond it (or no number) critical. */
function atMost(good: number, weak: number, least = 0): Rate {
  return (text) => {
    const value = numberIn(text);
    if (value >= least && value <= good) return passed(text);
    return value >= least && value <= weak
      ? warning(`more than ${good}`)
      : critical(beyond(text, weak, least));
  };
}

function beyond(text: string, weak: number, least: number): string {
  return numberIn(text) < least ? "0 stands for no limit" : `more than ${weak}`;
}

const RATES: Readonly<Record<string, Rate>> = {
  permitrootlogin: oneOf(
    "no",
    {
      "prohibit-password": "root gets in with a key: nobody is named in the log",
      "without-password": "root gets in with a key: nobody is named in the log",
      "forced-commands-only": "root's keys run commands",
    },
    critical("root gets in with a password"),
  ),
  passwordauthentication: (value, context) => ratePasswords(value, context),
  kbdinteractiveauthentication: rateKeyboardInteractive,
  permitemptypasswords: oneOf("no", {}, critical("an account without a password is open to everybody")),
  maxauthtries: atMost(3, 6, 1),
  logingracetime: atMost(60, 120, 1),
  maxstartups: rateMaxStartups,
  maxsessions: (value) => (numberIn(value) <= 10 ? passed(value) : warning("more than 10 in one connection")),
  clientaliveinterval: rateClientAlive,
  clientalivecountmax: (value) =>
    numberIn(value) > 0 ? passed(value) : warning("0 never ends a dead connection"),
  allowusers: rateAllowed,
  allowgroups: rateAllowed,
  port: (value) => passed(value === "22" ? "22: every scanner knows it" : value),
  x11forwarding: oneOf("no", {}, warning("the client's display is open to root of this host")),
  allowagentforwarding: oneOf(
    "no",
    {},
    warning("root of this host can use the keys of whoever is signed in"),
  ),
  allowtcpforwarding: (value) =>
    /^(no|local)$/i.test(value) ? passed(value) : warning("ports of this host can be tied to another's"),
  permittunnel: oneOf("no", {}, critical("a network of its own can be tied to this host")),
  gatewayports: oneOf(
    "no",
    { clientspecified: "the client may open forwarded ports to everybody" },
    critical("forwarded ports are open to everybody"),
  ),
  permituserenvironment: (value) => {
    if (/^no$/i.test(value)) return passed(value);
    if (/^yes$/i.test(value)) return critical("LD_PRELOAD may come from a user's file: restrictions fall");
    return warning("some variables come from a user's file");
  },
  hostbasedauthentication: oneOf("no", {}, critical("another host's word lets users in")),
  ignorerhosts: (value, { values }) => {
    if (/^yes$/i.test(value)) return passed(value);
    const used = values.get("hostbasedauthentication")?.[0] === "yes";
    return used ? critical("a user's .rhosts lets others in") : warning(".rhosts would be heeded");
  },
  gssapiauthentication: oneOf("no", {}, warning("only needed where there is Kerberos")),
  usepam: oneOf("yes", {}, warning("account limits and expiry of PAM are not heeded")),
  strictmodes: oneOf("yes", {}, critical("keys count that others may have written")),
  loglevel: (value) => {
    if (/^verbose$/i.test(value)) return passed(value);
    // `sshd -T` tells QUIET as SILENT.
    if (/^(quiet|silent|fatal|error)$/i.test(value)) return critical("attacks leave no line in the log");
    if (/^info$/i.test(value)) return warning("refused keys leave no line in the log");
    return warning("DEBUG writes down what users do");
  },
  requiredrsasize: (value) =>
    numberIn(value) >= 2048 ? passed(value) : warning("RSA keys below 2048 bits are taken"),
  persourcepenalties: (value) =>
    /^no$/i.test(value) ? warning("who misbehaves may try on at once") : passed("on"),
};

/**
 * Rates a value of sshd as `sshd -T` tells it; null for a keyword that castellan has no opinion on. The numbers are
 * those of CIS Debian 12 (5.1), Mozilla's guidelines and ssh-audit.
 * @param keyword in lower case
 */
export function rateSetting(keyword: string, value: string, context: RatingContext): SettingRating | null {
  if (isAlgorithmList(keyword)) return rateAlgorithms(keyword, value);
  return Object.hasOwn(RATES, keyword) ? (RATES[keyword]?.(value, context) ?? null) : null;
}

/** Whether every way in asks for a key too, so that a password alone opens nothing. */
function keyIsAlwaysNeeded({ values }: RatingContext): boolean {
  const methods = (values.get("authenticationmethods") ?? ["any"]).join(" ").split(" ");
  return methods.every((list) => list.split(",").includes("publickey"));
}

function ratePasswords(value: string, context: RatingContext): SettingRating {
  if (/^no$/i.test(value)) return passed(value);
  if (keyIsAlwaysNeeded(context)) return passed("only beside a key");
  if (context.guessersLockedOut === true) return warning("passwords can be guessed; guessers are locked out");
  if (context.guessersLockedOut === null) return warning("passwords can be guessed");
  return critical("passwords can be guessed, and nothing locks guessers out");
}

function rateKeyboardInteractive(value: string, context: RatingContext): SettingRating {
  if (/^no$/i.test(value)) return passed(value);
  if (context.values.get("usepam")?.[0] === "no") return passed("asks nothing without PAM");
  if (context.pamTakesPasswords === false) return passed("PAM takes no password");
  if (context.pamTakesPasswords === null && !keyIsAlwaysNeeded(context)) {
    return warning("what PAM would ask cannot be told");
  }
  return ratePasswords(value, context);
}

/** `start:rate:full`. */
function rateMaxStartups(value: string): SettingRating {
  const [start, , full] = value.split(":").map(numberIn);
  if (start === undefined || full === undefined || !(start <= 1_000 && full <= 1_000)) {
    return critical("as good as no limit");
  }
  return start <= 10 && full <= 60 ? passed(value) : warning("more than 10:30:60");
}

function rateClientAlive(value: string, { values }: RatingContext): SettingRating {
  const seconds = numberIn(value) * numberIn(values.get("clientalivecountmax")?.[0] ?? "3");
  if (seconds === 0) return warning("0 never ends a dead connection");
  return seconds <= 900
    ? passed(`ends after ${seconds} s`)
    : warning("a dead connection stays over 15 minutes");
}

/** AllowUsers and AllowGroups: one of them is enough. */
function rateAllowed(_value: string, { values, logins }: RatingContext): SettingRating {
  const users = values.get("allowusers") ?? [];
  const groups = values.get("allowgroups") ?? [];
  if (users.length + groups.length === 0) return warning("every login of the host may try");
  const unknown = users.filter((user) => /^[a-z_][a-z0-9_-]*$/i.test(user) && logins?.has(user) === false);
  if (unknown.length > 0) return critical(`no such login: ${unknown.join(", ")}`);
  return passed([...users, ...groups].join(" "));
}
