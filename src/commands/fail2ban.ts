import type { Command } from "commander";
import { CastellanError } from "../errors.ts";
import type { Fail2banState, Jail, WantedSettings } from "../fail2ban/fail2ban.ts";
import type { Call } from "./call.ts";
import { type CarryOutOptions, carryOut, withCarryOut } from "./carry-out.ts";
import type { Define } from "./define.ts";
import { jailAnswer, jailListAnswer } from "./fail2ban-view.ts";

/** `fail2ban list|show|set`. */
export const defineFail2ban: Define = (group, call) => {
  defineLooks(group, call);
  defineSet(group, call);
};

function defineLooks(group: Command, call: Call): void {
  group
    .command("list")
    .summary("the jails: what each sees, counts and bans, and which should run and does not")
    .option("--all", "also those that nobody switched on")
    .action(({ all }: { all?: true }) =>
      call.core(async ({ castellan }) => jailListAnswer(await castellan.fail2ban.read(), all === true)),
    );
  group
    .command("show")
    .summary("a jail: who is out and until when, and which line sets what")
    .argument("<jail>")
    .action((name: string) =>
      call.core(async ({ castellan }) => jailAnswer(jailNamed(await castellan.fail2ban.read(), name))),
    );
}

/** @throws CastellanError `not_found` */
function jailNamed(state: Fail2banState, name: string): Jail {
  const jails = state.kind === "running" ? state.jails : [];
  const jail = jails.find((one) => one.name === name);
  if (jail !== undefined) return jail;
  const isKnown = state.kind !== "absent" && state.off.some((one) => one.name === name);
  const shown = JSON.stringify(name.slice(0, 80));
  throw new CastellanError(
    "not_found",
    state.kind === "running"
      ? `no jail ${shown} runs`
      : `fail2ban ${state.kind === "absent" ? "is not installed" : "does not run"}`,
    isKnown
      ? `to switch it on: castellan fail2ban set ${name} enabled=true`
      : "castellan fail2ban list --all",
  );
}

function defineSet(group: Command, call: Call): void {
  withCarryOut(
    group
      .command("set")
      .summary("set a jail in castellan's own jail file: shows the difference, then asks")
      .argument("<jail>", "its name, or DEFAULT for all that say nothing else")
      .argument(
        "<key=value...>",
        "enabled, maxretry, findtime, bantime, bantime.increment, bantime.maxtime, …",
      ),
  ).action((jail: string, words: readonly string[], options: CarryOutOptions) =>
    call.core(async (session) => {
      const plan = await session.castellan.fail2ban.plan(jail, settingsOf(words));
      const what = `set ${jail === "DEFAULT" ? "all jails" : `the jail ${jail}`} as shown`;
      return carryOut(call, session, plan, { ...options, what, already: "Everything is already like that." });
    }),
  );
}

/** @throws CastellanError `usage` */
function settingsOf(words: readonly string[]): WantedSettings {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at > 0) return [word.slice(0, at).trim().toLowerCase(), word.slice(at + 1).trim()];
      throw new CastellanError(
        "usage",
        `${JSON.stringify(word.slice(0, 80))} is no setting`,
        "write key=value: maxretry=3 bantime=1h",
      );
    }),
  );
}
