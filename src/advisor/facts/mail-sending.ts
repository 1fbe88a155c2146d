import { defineFact } from "../fact.ts";
import { POSTFIX, postfixValue } from "./mail-postfix.ts";
import { PHP_PLACES, phpSetting } from "./php.ts";

/** How mail leaves by the sendmail program. */
export interface Sending {
  /** Postfix: who may hand mail in; null: it is no Postfix, which has no such rule. */
  readonly submitters: { readonly value: string; readonly at: string } | null;
  /** Ways of running PHP whose mail() calls sendmail itself, without a wrapper that counts, and as whom they run. */
  readonly plainPhp: readonly { readonly label: string; readonly user: string }[];
  readonly hasPhp: boolean;
}

const SENDMAIL = "/usr/sbin/sendmail";

/** null: there is no sendmail on this host. */
export const SENDING = defineFact<Sending | null>("mail by sendmail", async (host) => {
  if ((await host.stat(SENDMAIL)) === null) return null;
  const [postfix, places] = await Promise.all([host.fact(POSTFIX), host.fact(PHP_PLACES)]);
  const plain = (places ?? []).filter((place) => {
    const program = phpSetting(place, "sendmail_path", SENDMAIL).value.trim().split(/\s+/)[0] ?? "";
    const off = phpSetting(place, "disable_functions", "").value.split(/[\s,]+/);
    return (program === "" || /^(\/usr\/(s?bin|lib)\/)?sendmail$/.test(program)) && !off.includes("mail");
  });
  return {
    submitters:
      postfix === null ? null : postfixValue(postfix, null, "authorized_submit_users", "static:anyone"),
    plainPhp: plain.map(({ label, user }) => ({ label, user: user ?? "www-data" })),
    hasPhp: (places ?? []).length > 0,
  };
});
