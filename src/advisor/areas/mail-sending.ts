import { type Check, defineCheck } from "../check.ts";
import { SENDING } from "../facts/mail-sending.ts";
import { type Problem, weigh } from "./weigh.ts";

const sending = defineCheck({
  id: "MAIL-02",
  area: "mail",
  title: "Limits on mail of customers",
  why:
    "A hacked contact form sends thousands of mails an hour through sendmail, where no password and no limit of the " +
    "mail server stands in its way. The whole host is then on block lists, with every customer's mail.",
  remedy:
    "postconf -e 'authorized_submit_users = !www-data, static:anyone' to close sendmail to accounts, or point PHP's " +
    "sendmail_path to a wrapper that counts; customers then send over SMTP with a password and a rate limit.",
  source: "postconf(5) authorized_submit_users; castellan",
  gives: ["passed", "warning"],
  facts: [SENDING],
  judge(found) {
    if (found === null) return null;
    const { submitters, plainPhp, hasPhp } = found;
    const free = plainPhp.filter(({ user }) => submitters === null || mayHandIn(user, submitters.value));
    const limited = submitters !== null && !mayHandIn("www-data", submitters.value);
    const covered = free.length === 0 && (limited || hasPhp);
    const who =
      free.length > 0
        ? ` (${free
            .slice(0, 5)
            .map(({ label }) => label)
            .join(", ")})`
        : "";
    const evidence =
      submitters === null
        ? `/usr/sbin/sendmail: no Postfix, and nothing between PHP and it${who}`
        : `${submitters.at}: authorized_submit_users = ${submitters.value}${who}`;
    const problem: Problem = {
      rating: "warning",
      what: limited
        ? "PHP of other accounts sends mail without a limit"
        : "Every account may send mail without a limit",
      evidence,
    };
    return weigh(covered ? [] : [problem], {
      summary: limited ? "Only named accounts hand mail in" : "PHP sends through a wrapper",
      evidence: [evidence],
    });
  },
});

/** postconf(5), authorized_submit_users: the first word that fits decides; without one nobody may. */
function mayHandIn(user: string, list: string): boolean {
  const words = list.split(/[\s,]+/);
  const fits = (word: string): boolean => word === user || word === "static:anyone" || word === "static:all";
  const first = words.find((word) => fits(word.replace(/^!/, "")));
  return first !== undefined && !first.startsWith("!");
}

export const SENDING_CHECKS: readonly Check[] = [sending];
