/** What shadow(5) says of a login. */
export interface ShadowFacts {
  /** `empty`: anybody gets in · `locked`: a hash behind `!` · `none`: `*` or `!` alone: no password fits. */
  readonly password: "set" | "empty" | "locked" | "none";
  /** The field begins with `!`: without PAM sshd refuses the login (LOCKED_PASSWD_PREFIX). */
  readonly isLocked: boolean;
  /** Why PAM refuses the account whatever is shown (days since 1970 compared with today); null: it does not. */
  readonly closed: string | null;
  /** The password must be changed at the next sign-in; null: no. */
  readonly stale: string | null;
}

const DAY_MS = 86_400_000;

/** Parses shadow(5). @param now epoch milliseconds */
export function parseShadow(text: string, now: number): Map<string, ShadowFacts> {
  const today = Math.floor(now / DAY_MS);
  const found = new Map<string, ShadowFacts>();
  for (const line of text.split("\n")) {
    const fields = line.split(":");
    const [name = "", hash = "", changed = "", , most = "", , inactive = "", expires = ""] = fields;
    if (name === "" || fields.length < 9) continue;
    found.set(name, {
      password: passwordState(hash),
      isLocked: hash.startsWith("!"),
      ...ageing({ changed, most, inactive, expires }, today),
    });
  }
  return found;
}

/** What crypt(5) can have made: `$id$…`, `_` and 19 characters, or DES. */
const HASH = /^(\$[0-9a-z]{1,12}\$.{8,}|_[./0-9A-Za-z]{19}|[./0-9A-Za-z]{13})$/;

function passwordState(hash: string): ShadowFacts["password"] {
  if (hash === "") return "empty";
  if (hash.startsWith("!")) return HASH.test(hash.replace(/^!+/, "")) ? "locked" : "none";
  return HASH.test(hash) ? "set" : "none";
}

function ageing(
  { changed, most, inactive, expires }: Readonly<Record<"changed" | "most" | "inactive" | "expires", string>>,
  today: number,
): Pick<ShadowFacts, "closed" | "stale"> {
  if (days(expires) !== null && today >= Number(expires)) {
    return { closed: `the account expired on ${dateOf(Number(expires))}`, stale: null };
  }
  if (days(changed) === 0) return { closed: null, stale: "the password must be changed at the next sign-in" };
  const end = days(changed) === null || days(most) === null ? null : Number(changed) + Number(most);
  if (end === null || today <= end) return { closed: null, stale: null };
  if (days(inactive) !== null && today > end + Number(inactive)) {
    return { closed: `the password expired on ${dateOf(end)} and was not changed in time`, stale: null };
  }
  return { closed: null, stale: `the password expired on ${dateOf(end)} and must be changed` };
}

function days(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
