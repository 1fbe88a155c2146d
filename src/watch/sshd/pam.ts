import { loggedAddress } from "../address.ts";
import type { LogEvent } from "../event.ts";
import { type Message, portless, sshdEvent } from "./message.ts";
import { numberAt } from "./peer.ts";

const FROM = " from ";
const FAILURE = "authentication failure; ";
/** The only text of `pam_strerror` for a failure that holds the word which sshd puts behind it. */
const EXHAUSTED = "Have exhausted maximum number of retries for service";

/**
 * `TEXT for [illegal user ]U from HOST[ via LOCAL]` behind `PAM: ` (auth-pam.c `sshpam_query`): TEXT is libpam's, U is
 * free text without a colon, HOST is one word, an address or (with UseDNS) a name.
 */
export function pamError(message: Message, at: number): LogEvent | null {
  const { text } = message;
  if (message.cut) return sshdEvent("failure", "pam_error");
  const forAt = text.startsWith(EXHAUSTED, at) ? at + EXHAUSTED.length : text.indexOf(" for ", at);
  if (forAt <= at || !text.startsWith(" for ", forAt)) return null;
  let user = forAt + 5;
  if (text.startsWith("illegal user ", user)) user += 13;
  const fromAt = text.lastIndexOf(FROM, message.end);
  if (fromAt < user) return null;
  const hostAt = fromAt + FROM.length;
  const space = text.indexOf(" ", hostAt);
  const hostEnd = space < 0 || space > message.end ? message.end : space;
  if (hostEnd < message.end && !isVia(text, hostEnd, message.end)) return null;
  const origin = portless(loggedAddress(text.slice(hostAt, hostEnd)));
  return sshdEvent("failure", "pam_error", origin, text.slice(user, fromAt));
}

/** macOS adds ` via LOCAL`, its own address. */
function isVia(text: string, at: number, end: number): boolean {
  return text.startsWith(" via ", at) && text.indexOf(" ", at + 5) < 0 && end > at + 5;
}

const MODULE = /pam_\w{1,32}\(sshd[\w-]{0,16}:\w{1,16}\): /y;

/** `pam_MODULE(sshd:PHASE): …`: of everything PAM modules say under sshd, what is a failure or a lock. */
export function pamModule(message: Message, at: number): LogEvent | null {
  const { text } = message;
  MODULE.lastIndex = at;
  if (!MODULE.test(text)) return null;
  const said = MODULE.lastIndex;
  const module = text.slice(at, text.indexOf("(", at));
  if (text.startsWith(FAILURE, said))
    return failure(message, said + FAILURE.length, "pam_failure", module, 1);
  return moreFailures(message, said, module) ?? locked(message, module, said);
}

/** `N more authentication failure[s]; …` behind `PAM ` or a module's name: tries after the first, told at the end. */
export function moreFailures(message: Message, at: number, module: string | null): LogEvent | null {
  const { text } = message;
  const number = numberAt(text, at);
  if (number === null || number.value < 1) return null;
  const words = " more authentication failure";
  if (!text.startsWith(words, number.end)) return null;
  const fields = text.indexOf("; ", number.end);
  if (fields < 0 || fields > number.end + words.length + 1) return null;
  return failure(message, fields + 2, "pam_more_failures", module, number.value);
}

/**
 * `logname=L uid=N euid=N tty=T ruser=R rhost=H[  user=U]`: everything up to H is sshd's and libpam's, so the first
 * `rhost=` is the real one. U runs to the end of the line, raw: libpam escapes nothing.
 */
function failure(
  message: Message,
  at: number,
  kind: "pam_failure" | "pam_more_failures",
  method: string | null,
  count: number,
): LogEvent | null {
  const { text, end } = message;
  const rhost = text.startsWith("rhost=", at) ? at : text.indexOf(" rhost=", at) + 1;
  if (rhost <= 0 || rhost > end) return null;
  const host = rhost + 6;
  const space = text.indexOf(" ", host);
  const hostEnd = space < 0 || space > end ? end : space;
  let next = hostEnd;
  while (next < end && text[next] === " ") next++;
  const username = text.startsWith("user=", next) && next < end ? text.slice(next + 5, end) : null;
  return sshdEvent(
    "failure",
    kind,
    portless(loggedAddress(text.slice(host, hostEnd))),
    username,
    method,
    count,
  );
}

/** pam_faillock and pam_tally2 tell that an account is closed; the failures that closed it were told before. */
function locked(message: Message, module: string, said: number): LogEvent | null {
  const { text, end } = message;
  const faillock = "Consecutive login failures for user ";
  const closed = " account temporarily locked";
  if (module === "pam_faillock" && text.startsWith(faillock, said)) {
    const nameEnd = text.lastIndexOf(closed, end);
    if (nameEnd < said + faillock.length) return null;
    return sshdEvent("notice", "pam_locked", null, text.slice(said + faillock.length, nameEnd));
  }
  if (module !== "pam_tally2" || !text.startsWith("user ", said)) return null;
  const nameEnd = text.lastIndexOf(" (", end);
  if (nameEnd <= said + 5 || text.indexOf(" tally ", nameEnd) < 0) return null;
  return sshdEvent("notice", "pam_locked", null, text.slice(said + 5, nameEnd));
}

/** `U by PAM account configuration` behind `Access denied for user ` (auth2.c): the password was right. */
export function pamDenied(message: Message, at: number): LogEvent | null {
  if (message.cut) return sshdEvent("failure", "pam_denied");
  const nameEnd = message.end - " by PAM account configuration".length;
  if (nameEnd < at || !message.text.startsWith(" by PAM account configuration", nameEnd)) return null;
  return sshdEvent("failure", "pam_denied", null, message.text.slice(at, nameEnd));
}
