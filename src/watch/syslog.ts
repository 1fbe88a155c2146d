import { endOfTime } from "./syslog-time.ts";

export { parseSyslogTime } from "./syslog-time.ts";

/** Where the parts of a log line are. Offsets are UTF-16 positions in the line. */
export interface SyslogHeader {
  /** The program's name, without its folder, or null when the line names none (only with `bare`). */
  readonly program: string | null;
  readonly pid: number | null;
  readonly messageStart: number;
  /** The span of the time's text, for `parseSyslogTime`; both 0 when the line has no time. */
  readonly timeStart: number;
  readonly timeEnd: number;
}

/** What is taken as a header. */
export interface SyslogOptions {
  /**
   * Also accept a line without a program: the message alone, or with nothing but a time before it. Only for files
   * that are known to hold one program's messages: in a shared log it would let any text pass for the daemon's.
   */
  readonly bare?: boolean;
}

const SPACE = 32;
const COLON = 58;
const LESS = 60;
const GREATER = 62;
const OPEN = 91;
const CLOSE = 93;
const ZERO = 48;
const FACILITY =
  /^(?:auth|authpriv|security|daemon|user|syslog|kern|local[0-7])\.(?:debug|info|notice|warn(?:ing)?|err(?:or)?|crit|alert|emerg)$/;

/**
 * Finds the program and the message in a line of a log file: classic syslog (RFC 3164), the same with an RFC 3339
 * time, RFC 5424 with or without its priority, and the variants of BSD (`<auth.info>`), busybox (`auth.info`),
 * socklog (`auth.info: Nov …`), Solaris (`[ID 1 auth.info]`), a missing host, a path or brackets as program.
 *
 * The header is read from the left, part by part, so that text which looks like a header inside a message (a sudo
 * COMMAND, a URL) is never taken for one.
 *
 * @returns null when the line has no such header
 */
export function parseSyslogHeader(line: string, options: SyslogOptions = {}): SyslogHeader | null {
  const bare = options.bare === true;
  const start = endOfPriority(line);
  if (start > 0 && line.charCodeAt(start) > ZERO && line.charCodeAt(start + 1) === SPACE) {
    const timeEnd = endOfField(line, start + 2);
    return rfc5424(line, endOfField(line, timeEnd + 1) + 1, start + 2, timeEnd);
  }
  const timeEnd = endOfTime(line, start);
  if (timeEnd < 0) return bare ? withoutTime(line, start) : null;
  if (line.charCodeAt(timeEnd) !== SPACE) return null;
  return afterTime(line, start, timeEnd, bare);
}

/** Where `<35>` ends (RFC 5424 section 6.2.1), or 0. */
function endOfPriority(line: string): number {
  if (line.charCodeAt(0) !== LESS) return 0;
  const close = line.indexOf(">");
  return close > 1 && close < 5 && /^\d+$/.test(line.slice(1, close)) ? close + 1 : 0;
}

function afterTime(line: string, timeStart: number, timeEnd: number, bare: boolean): SyslogHeader | null {
  let at = skipSpaces(line, timeEnd);
  let hostSeen = false;
  // At most: <verbose>, host, facility, tag.
  for (let fields = 0; fields < 4; fields++) {
    const end = endOfField(line, at);
    if (end === at) return null;
    const tag = tagAt(line, at, end, timeStart, timeEnd);
    if (tag !== null) return tag.pid === null ? doubtfulTag(line, tag, at, end, bare) : tag;
    const aside = fields === 0 && line.charCodeAt(at) === LESS && line.charCodeAt(end - 1) === GREATER;
    if (!aside && !isFacility(line, at, end)) {
      if (hostSeen)
        return rfc5424(line, at, timeStart, timeEnd) ?? messageAfterTime(line, timeStart, timeEnd, bare);
      hostSeen = true;
    }
    at = skipSpaces(line, end);
  }
  return null;
}

/** `name:` may also be socklog's facility, or the level that sshd writes before a message: no program is called so. */
function doubtfulTag(
  line: string,
  tag: SyslogHeader,
  at: number,
  end: number,
  bare: boolean,
): SyslogHeader | null {
  if (isFacility(line, at, end - 1)) return afterFacility(line, end, tag.timeStart, tag.timeEnd, bare);
  const level = tag.program === "error" || tag.program === "fatal";
  return (level ? messageAfterTime(line, tag.timeStart, tag.timeEnd, bare) : null) ?? tag;
}

/** socklog and svlogd: `TIME auth.info: [TIME ]sshd[1]: message`, or the message at once. */
function afterFacility(line: string, end: number, timeStart: number, timeEnd: number, bare: boolean) {
  let at = skipSpaces(line, end);
  const second = endOfTime(line, at);
  if (second > 0) at = skipSpaces(line, second);
  const tag = tagAt(line, at, endOfField(line, at), timeStart, timeEnd);
  if (tag !== null && (tag.pid !== null || !bare)) return tag;
  return bare ? { program: null, pid: null, messageStart: at, timeStart, timeEnd } : null;
}

/** A file that only one program writes: `2018-06-26 13:22:02.1 message`. Only full dates: a classic time has a host. */
function messageAfterTime(
  line: string,
  timeStart: number,
  timeEnd: number,
  bare: boolean,
): SyslogHeader | null {
  if (!bare || line.charCodeAt(timeStart) > ZERO + 9) return null;
  return { program: null, pid: null, messageStart: skipSpaces(line, timeEnd), timeStart, timeEnd };
}

/** A line without a time: `[host ]sshd[1]: message` as journalctl cuts it, or the message alone. */
function withoutTime(line: string, start: number): SyslogHeader {
  let at = skipSpaces(line, start);
  const end = endOfField(line, at);
  let tag = tagAt(line, at, end, 0, 0);
  if (tag === null) {
    const next = skipSpaces(line, end);
    tag = tagAt(line, next, endOfField(line, next), 0, 0);
  }
  if (tag !== null && tag.pid !== null) return tag;
  if (line.charCodeAt(end - 1) === COLON && isFacility(line, at, end - 1)) at = skipSpaces(line, end);
  return { program: null, pid: null, messageStart: at, timeStart: 0, timeEnd: 0 };
}

/** Reads `name:`, `name[pid]:`, `name[pid]`, `[name]:` or `[name]` in [at, end); null when it is none of them. */
function tagAt(
  line: string,
  at: number,
  end: number,
  timeStart: number,
  timeEnd: number,
): SyslogHeader | null {
  let nameEnd = end;
  let pid: number | null = null;
  const colon = line.charCodeAt(end - 1) === COLON;
  if (colon) nameEnd--;
  if (line.charCodeAt(nameEnd - 1) === CLOSE) {
    const open = line.lastIndexOf("[", nameEnd);
    if (open < at) return null;
    if (open === at) {
      at++;
      nameEnd--;
    } else {
      pid = numberIn(line, open + 1, nameEnd - 1);
      if (pid === null) return null;
      nameEnd = open;
    }
  } else if (!colon) return null;
  if (nameEnd <= at) return null;
  let name = line.slice(at, nameEnd);
  const slash = name.lastIndexOf("/");
  if (slash >= 0) name = name.slice(slash + 1);
  return {
    program: name,
    pid,
    messageStart: afterSolarisId(line, skipSpaces(line, end)),
    timeStart,
    timeEnd,
  };
}

/** Solaris puts `[ID 800047 auth.info] ` before the message. */
function afterSolarisId(line: string, at: number): number {
  if (line.charCodeAt(at) !== OPEN || !line.startsWith("[ID ", at)) return at;
  const close = line.indexOf("] ", at);
  return close < 0 ? at : close + 2;
}

/** `APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]` from `at` (RFC 5424 section 6). */
function rfc5424(line: string, at: number, timeStart: number, timeEnd: number): SyslogHeader | null {
  const appEnd = endOfField(line, at);
  const pidEnd = endOfField(line, appEnd + 1);
  const idEnd = endOfField(line, pidEnd + 1);
  const dataEnd = endOfStructuredData(line, idEnd + 1);
  const pid = numberIn(line, appEnd + 1, pidEnd);
  if (dataEnd < 0 || appEnd <= at || (pid === null && line.slice(appEnd + 1, pidEnd) !== "-")) return null;
  let messageStart = skipSpaces(line, dataEnd);
  // A byte order mark may open the message; it is three characters when the line was decoded as Latin-1.
  if (line.charCodeAt(messageStart) === 0xfeff) messageStart++;
  else if (line.startsWith("\u00ef\u00bb\u00bf", messageStart)) messageStart += 3;
  const name = line.slice(at, appEnd);
  return { program: name.slice(name.lastIndexOf("/") + 1), pid, messageStart, timeStart, timeEnd };
}

/** Where `-` or `[id name="value"]…` ends, or -1 (section 6.3). */
function endOfStructuredData(line: string, at: number): number {
  let next = line[at] === "-" ? at + 1 : at;
  while (next >= at && line.charCodeAt(next) === OPEN) next = endOfElement(line, next);
  return next > at && (next === line.length || line.charCodeAt(next) === SPACE) ? next : -1;
}

/** Where the `[…]` that begins at `at` ends, or -1. In values, `\` escapes the next character (section 6.3.3). */
function endOfElement(line: string, at: number): number {
  let quoted = false;
  for (let next = at + 1; next < line.length; next++) {
    const c = line[next];
    if (quoted && c === "\\") next++;
    else if (c === '"') quoted = !quoted;
    else if (c === "]" && !quoted) return next + 1;
  }
  return -1;
}

/** Whether [at, end) is a facility and level such as `auth.info`. */
function isFacility(line: string, at: number, end: number): boolean {
  const dot = line.indexOf(".", at);
  return dot > at && dot < end && FACILITY.test(line.slice(at, end));
}

/** The number that fills [at, end), up to ten digits, or null. */
function numberIn(line: string, at: number, end: number): number | null {
  if (end <= at || end > at + 10) return null;
  let value = 0;
  for (let i = at; i < end; i++) {
    const digit = line.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return null;
    value = value * 10 + digit;
  }
  return value;
}

function endOfField(line: string, at: number): number {
  const end = line.indexOf(" ", at);
  return end < 0 ? Math.max(at, line.length) : end;
}

function skipSpaces(line: string, at: number): number {
  let next = at;
  while (line.charCodeAt(next) === SPACE) next++;
  return next;
}
