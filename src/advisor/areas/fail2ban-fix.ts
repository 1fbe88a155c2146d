import { fail2banDraft, type Jails } from "../../changes/own/fail2ban.ts";
import type { Fix } from "../check.ts";
import type { Fail2banMeans } from "../facts/fail2ban-host.ts";

/** null where castellan's file may not be read, or a jail would need the journal and cannot. */
export function jailFix(
  means: Fail2banMeans | null,
  wanted: Jails,
  about: { readonly title: string; readonly reason: string },
  needsJournal = true,
): Fix | null {
  if (means === null || Object.keys(wanted).length === 0 || (needsJournal && !means.readsJournal))
    return null;
  return { via: "change", draft: fail2banDraft(means.present, wanted, about) };
}
