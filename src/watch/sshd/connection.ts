import type { LogEvent, Outcome } from "../event.ts";
import { type Message, sshdEvent } from "./message.ts";
import { endOfPeerByColon, type Peer, peerAt, peerBefore } from "./peer.ts";

/** `[WHO U ]IP port N` (packet.c `sshpkt_fmt_connection_id`): who the peer is to the daemon by now, and where it is. */
interface Identity {
  /** `none`: has not asked for an account yet · `trying`: has, and is not let in · `user`: is logged in. */
  readonly who: "none" | "trying" | "user";
  readonly username: string | null;
  readonly peer: Peer;
}

/** The monitor forgets the blank (`authenticatinguser root`, monitor.c `mm_answer_pwnamallow`). */
const TRYING = ["invalid user ", "authenticating user ", "authenticatinguser "] as const;
const USER = "user ";
const LETTER_A = 97;
const LETTER_I = 105;
const LETTER_U = 117;

/**
 * The identity alone, behind `Connection closed by ` or `Connection reset by `. Since 7.5 the end of a session names its
 * user; who is not named, and has a port, was gone before the unprivileged child that writes [preauth] was there.
 */
export function connectionClosed(message: Message, at: number): LogEvent | null {
  return ended(message, at, message.end, true);
}

/** The identity alone, behind `Disconnected from `: without [preauth] and a name it ends a session of 7.4 or older. */
export function disconnectedFrom(message: Message, at: number): LogEvent | null {
  return ended(message, at, message.end, false);
}

/** Behind `Connection from `: `IP port N on IP port N[ rdomain "R"]`, `IDENTITY timed out`, or `IP port N with IP opts: …`. */
export function connectionFrom(message: Message, at: number): LogEvent | null {
  const { text, end } = message;
  const timedOut = " timed out";
  if (text.startsWith(timedOut, end - timedOut.length))
    return ended(message, at, end - timedOut.length, true);
  const peer = peerAt(text, at, end);
  if (peer === null) return null;
  if (peer.end === end || text.startsWith(" on ", peer.end))
    return sshdEvent("notice", "connection_opened", peer);
  if (text.startsWith(" with IP opts: ", peer.end)) return sshdEvent("probe", "protocol_error", peer);
  return null;
}

/** `IP port N:CODE: TEXT` behind `Received disconnect from `: TEXT is the client's, the address stands before it. */
export function receivedDisconnect(message: Message, at: number): LogEvent | null {
  const peer = peerAt(message.text, at, message.end);
  if (peer === null || message.text[peer.end] !== ":") return null;
  return sshdEvent("notice", "disconnect_notice", peer);
}

/** `Disconnecting[ IDENTITY]: REASON` (packet.c `ssh_packet_disconnect`): REASON may quote the client. */
export function disconnecting(message: Message, at: number): LogEvent | null {
  const { text, end } = message;
  const alone = text[at] === ":";
  if (!alone && text[at] !== " ") return null;
  const identity = alone ? null : identityByColon(text, at + 1, end);
  const colon = alone ? at : (identity?.peer.end ?? -1);
  if (colon < 0 || text[colon] !== ":" || text[colon + 1] !== " ") return null;
  const reason = colon + 2;
  const who = identity?.who ?? "none";
  if (text.startsWith("Too many authentication failures", reason)) {
    const name = text.startsWith(" for ", reason + 32) && !message.cut ? text.slice(reason + 37, end) : null;
    return about(identity, "failure", "too_many_failures", name);
  }
  if (text.startsWith("Change of username or service", reason))
    return about(identity, "failure", "change_of_user");
  const before = who === "trying" || (who === "none" && message.preauth);
  return about(identity, before ? "probe" : "notice", "disconnecting");
}

/** `Unable to negotiate with IDENTITY: no matching … found. Their offer: OFFER`: OFFER is the client's. */
export function unableToNegotiate(message: Message, at: number): LogEvent | null {
  const identity = identityByColon(message.text, at, message.end);
  if (identity === null || message.text[identity.peer.end] !== ":") return null;
  return about(identity, identity.who === "user" ? "notice" : "probe", "negotiation");
}

/** `TAG: Connection from IDENTITY: ERROR` (packet.c `sshpkt_vfatal`), TAG being `banner exchange` or a function's name. */
export function taggedConnection(message: Message): LogEvent | null {
  const { text, start, end } = message;
  const colon = text.indexOf(":", start);
  if (colon < 0 || colon > start + 40 || !text.startsWith(": Connection from ", colon)) return null;
  const identity = identityByColon(text, colon + 18, end);
  if (identity === null || text[identity.peer.end] !== ":") return null;
  const banner = colon === start + 15 && text.startsWith("banner exchange", start);
  return about(
    identity,
    identity.who === "user" ? "notice" : "probe",
    banner ? "bad_protocol" : "protocol_error",
  );
}

function ended(message: Message, at: number, end: number, gone: boolean): LogEvent | null {
  const known = whoAt(message.text, at);
  if (message.doubtful) return endedAs(known.who === "trying", null);
  const identity = identityBefore(message.text, at, end, known);
  if (identity === null) return null;
  const nobody = known.who === "none" && (message.preauth || (gone && identity.peer.port !== null));
  return endedAs(known.who === "trying" || nobody, identity);
}

function endedAs(before: boolean, identity: Identity | null): LogEvent {
  return before ? about(identity, "probe", "preauth_close") : about(identity, "notice", "disconnect_notice");
}

type ConnectionKind =
  | "preauth_close"
  | "disconnect_notice"
  | "disconnecting"
  | "too_many_failures"
  | "change_of_user"
  | "negotiation"
  | "bad_protocol"
  | "protocol_error";

function about(
  identity: Identity | null,
  outcome: Outcome,
  kind: ConnectionKind,
  username: string | null = null,
) {
  return identity === null
    ? sshdEvent(outcome, kind, null, username)
    : sshdEvent(outcome, kind, identity.peer, identity.username ?? username);
}

function identityByColon(text: string, at: number, end: number): Identity | null {
  const portEnd = endOfPeerByColon(text, at, end);
  return portEnd < 0 ? null : identityBefore(text, at, portEnd, whoAt(text, at));
}

/** The identity that fills [at, end): the address is the last word but for ` port N`, the name what is before it. */
function identityBefore(text: string, at: number, end: number, known: Known): Identity | null {
  const { who, nameStart } = known;
  const peer = peerBefore(text, nameStart, end, who === "none" ? at : text.indexOf(" ", nameStart) + 1);
  if (peer === null) return null;
  if (who === "none") return peer.start === at ? { who, username: null, peer } : null;
  // With a name there is always a port, and a blank between name and address.
  if (!text.startsWith(" port ", text.indexOf(" ", peer.start)) || peer.start <= nameStart) return null;
  return { who, username: text.slice(nameStart, peer.start - 1), peer };
}

/** What the words before a name tell, and where the name begins. */
interface Known {
  readonly who: Identity["who"];
  readonly nameStart: number;
}

function whoAt(text: string, at: number): Known {
  const first = text.charCodeAt(at);
  // An address begins with a digit, a letter to `f` or a colon: most lines need no comparing.
  if (first === LETTER_I || first === LETTER_A) {
    for (const words of TRYING) {
      if (text.startsWith(words, at)) return { who: "trying", nameStart: at + words.length };
    }
  }
  if (first === LETTER_U && text.startsWith(USER, at)) return { who: "user", nameStart: at + USER.length };
  return { who: "none", nameStart: at };
}
