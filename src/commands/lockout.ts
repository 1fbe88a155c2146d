import type { Define } from "./define.ts";
import { lockedAnswer, lockoutListAnswer, releaseAllAnswer, releaseAnswer } from "./lockout-view.ts";
import { ownAddress } from "./own-address.ts";
import { parseSpan } from "./times.ts";
import { TYPED_WORD, withTypedWord } from "./typed-word.ts";

/** `lockout list`. */
export const defineLockout: Define = (group, call) => {
  group
    .command("list")
    .summary("who is locked out now, the newest first")
    .action(() => call.core(async ({ castellan }) => lockoutListAnswer(await castellan.lockouts.active())));
};

interface LockOptions {
  readonly for?: string;
  readonly because?: string;
  readonly confirm?: string;
}

/** `lock ADDRESS|CIDR`. */
export const defineLock: Define = (command, call) => {
  command
    .description("Locks an address or a network out. A bare IPv6 address means its /64.")
    .argument("<target>", "203.0.113.9, 203.0.113.0/24, 2001:db8::1, 2001:db8::/48")
    .option("--for <span>", "30s, 15m, 2h, 1d, 4w or forever; else as long as castellan would")
    .option("--because <text>", "the reason, for everybody who looks at it")
    .option("--confirm <word>", `the word ${TYPED_WORD}, for networks that hold a large part of the internet`)
    .action((target: string, options: LockOptions) => {
      const input = { target, because: options.because, ...spanOf(options.for) };
      return call.core(async ({ castellan, actor }) =>
        lockedAnswer(
          await withTypedWord(call, options.confirm, (confirmed) =>
            castellan.lockouts.lock(actor, { ...input, confirmed }),
          ),
        ),
      );
    });
};

/** `unlock ADDRESS|CIDR|me|--all`. */
export const defineUnlock: Define = (command, call) => {
  command
    .description("Lifts lockouts everywhere: in castellan, in the firewall, in fail2ban.")
    .argument("[target]", "an address, a network, an account, or me: the address you are connected from")
    .option("--all", "lift every lockout")
    .action((target: string | undefined, { all }: { all?: true }) => {
      if ((target === undefined) === (all !== true)) command.error("error: name an address, or --all");
      return call.core(async ({ castellan: { lockouts }, actor, operator }) => {
        if (target === undefined) return releaseAllAnswer(await lockouts.unlockAll(actor));
        if (target !== "me") return releaseAnswer(target, await lockouts.release(actor, target));
        const { address, how } = ownAddress(operator);
        return releaseAnswer(address, await lockouts.release(actor, address), how);
      });
    });
};

/** `--for`: nothing when it was left out, null for ever. */
function spanOf(span: string | undefined): { forMs?: number | null } {
  if (span === undefined) return {};
  return { forMs: span === "forever" ? null : parseSpan(span) };
}
