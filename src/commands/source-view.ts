import { ago, count } from "../terminal/format.ts";
import type { SourceState } from "../watch/queries.ts";
import type { SourceSpec } from "../watch/sources/detect.ts";
import { isoTimeOrNull } from "./json.ts";
import type { Answer, Page } from "./page.ts";
import { type Cell, type Column, table } from "./table.ts";

/** A log of this host: what was read of it, and whether it is followed. */
export interface SeenSource {
  readonly name: string;
  /** What the engine has stored of it; null: it was never read. */
  readonly state: SourceState | null;
  /** What a look at the host says; null: it is not there (any more). */
  readonly spec: SourceSpec | null;
}

/** A source as JSON shows it. */
function sourceFacts({ name, state, spec }: SeenSource): object {
  return {
    name,
    kind: state?.kind ?? spec?.kind ?? null,
    service: state?.service ?? null,
    trust: state?.trust ?? null,
    followed: spec?.followed ?? false,
    reason: spec?.reason ?? "not on this host any more",
    lastLineAt: isoTimeOrNull(state?.lastLineAt ?? null),
    lastReadAt: isoTimeOrNull(state?.lastReadAt ?? null),
    lagBytes: state?.lagBytes ?? null,
    lines: state?.lines ?? 0,
    events: state?.events ?? 0,
    unseen: state?.unseen ?? 0,
    fault: state?.fault ?? null,
    faultSince: isoTimeOrNull(state?.faultSince ?? null),
  };
}

/** Every log of this host, followed or not, by name. */
export function sourceListAnswer(sources: readonly SeenSource[]): Answer {
  return {
    data: sources.map(sourceFacts),
    lines: (page) => [
      ...table(columns(page), sources, page),
      ...sources.flatMap(({ name, state }) =>
        state?.fault ? [{ text: `${name}: ${state.fault}`, tone: "crit" as const }] : [],
      ),
    ],
  };
}

function columns({ now }: Page): readonly Column<SeenSource>[] {
  return [
    { title: "source", value: ({ name }) => name, least: 14, cut: "start" },
    { title: "state", value: stateCell },
    { title: "lag", value: ({ state }) => lagText(state?.lagBytes ?? null), align: "right" },
    {
      title: "last line",
      value: ({ state }) => (state?.lastLineAt == null ? "-" : ago(state.lastLineAt, now)),
      align: "right",
    },
    { title: "lines", value: ({ state }) => count(state?.lines ?? 0), align: "right", priority: 1 },
    { title: "unseen", value: ({ state }) => count(state?.unseen ?? 0), align: "right", priority: 0 },
    { title: "trust", value: trustCell, priority: 2 },
    {
      title: "why",
      value: ({ spec }) => spec?.reason ?? "not on this host any more",
      priority: 3,
      least: 16,
    },
  ];
}

function stateCell({ state, spec }: SeenSource): Cell {
  if (state?.fault) return { text: "FAULT", tone: "crit" };
  if (spec?.followed !== true) return { text: "not followed", tone: "muted" };
  return state === null ? { text: "never read", tone: "unknown" } : { text: "ok", tone: "ok" };
}

/** A text file takes lines from every user of the host through /dev/log. */
function trustCell({ state }: SeenSource): Cell {
  if (state === null) return "-";
  return state.trust === "trusted" ? { text: "trusted", tone: "ok" } : { text: "forgeable", tone: "warn" };
}

/** Bytes not read yet, in the units of `ls -h`. */
export function lagText(bytes: number | null): string {
  if (bytes === null) return "-";
  return bytes < 1_000 ? `${bytes} B` : `${count(bytes)}B`;
}
