import type { AllowEntry } from "../lockout/lockouts.ts";
import { dateTime, duration } from "../terminal/format.ts";
import type { Define } from "./define.ts";
import { isoTime, isoTimeOrNull } from "./json.ts";
import { ownAddress } from "./own-address.ts";
import { type Answer, type Page, said } from "./page.ts";
import { type Column, table } from "./table.ts";
import { parseSpan } from "./times.ts";
import { TYPED_WORD, withTypedWord } from "./typed-word.ts";

interface AddOptions {
  readonly for?: string;
  readonly note?: string;
  readonly confirm?: string;
}

/** `allow add|list|remove`. */
export const defineAllow: Define = (group, call) => {
  group
    .command("add")
    .summary("never lock an address or a network out")
    .argument("<target>", "an address, a network, or me: the address you are connected from")
    .option("--for <span>", "30s, 15m, 2h, 1d, 4w; else for good")
    .option("--note <text>", "whose it is")
    .option("--confirm <word>", `the word ${TYPED_WORD}, for networks that hold a large part of the internet`)
    .action((target: string, options: AddOptions) => {
      const forMs = options.for === undefined ? null : parseSpan(options.for);
      return call.core(async ({ castellan, actor, operator }) => {
        const cidr = target === "me" ? ownAddress(operator).address : target;
        const entry = await withTypedWord(call, options.confirm, (confirmed) =>
          castellan.lockouts.allow(actor, { cidr, note: options.note, forMs, confirmed }),
        );
        return said(entryFacts(entry), `${entry.cidr} is never locked out${untilText(entry)}.`);
      });
    });
  group
    .command("list")
    .summary("who is never locked out")
    .action(() => call.core(async ({ castellan }) => listAnswer(await castellan.lockouts.allowList())));
  group
    .command("remove")
    .summary("take an address or a network off the list")
    .argument("<target>")
    .action((target: string) =>
      call.core(async ({ castellan, actor }) => {
        await castellan.lockouts.disallow(actor, target);
        return said({ target, removed: true }, `${target} is no longer on the allow-list.`);
      }),
    );
};

function untilText({ expiresAt }: AllowEntry): string {
  return expiresAt === null ? "" : ` until ${dateTime(expiresAt)}`;
}

function entryFacts({ id, cidr, note, createdBy, createdAt, expiresAt }: AllowEntry): object {
  return { id, cidr, note, createdBy, createdAt: isoTime(createdAt), expiresAt: isoTimeOrNull(expiresAt) };
}

function listAnswer(entries: readonly AllowEntry[]): Answer {
  return {
    data: entries.map(entryFacts),
    lines: (page) =>
      entries.length === 0
        ? [
            "The allow-list is empty.",
            {
              text: "  To keep your own address from ever being locked: castellan allow add me",
              tone: "muted",
            },
          ]
        : table(columns(page), entries, page),
  };
}

function columns({ now }: Page): readonly Column<AllowEntry>[] {
  return [
    { title: "network", value: ({ cidr }) => cidr, least: 18 },
    {
      title: "left",
      value: ({ expiresAt }) => (expiresAt === null ? "for good" : duration(expiresAt - now)),
      align: "right",
    },
    { title: "note", value: ({ note }) => note || "-", least: 10 },
    { title: "by", value: ({ createdBy }) => createdBy, priority: 1 },
    { title: "since", value: ({ createdAt }) => dateTime(createdAt), priority: 0 },
  ];
}
