import type { BodySize } from "../../components/Screen.tsx";

/** Where a panel stands. */
export interface PanelPlace {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** The overview's plan for a body: rows of the pressure chart, then rows of panels. */
export interface OverviewLayout {
  readonly pressure: number;
  readonly rows: readonly (readonly PanelPlace[])[];
  readonly panels: readonly PanelPlace[];
}

const LEAST_PANEL = 4;

/** Two columns from 70 columns on; else one, most important first, as many panels as have room. */
export function layOverview({ width, height }: BodySize): OverviewLayout {
  return width >= 70 && height >= 14 ? twoColumns(width, height) : oneColumn(width, height);
}

function twoColumns(width: number, height: number): OverviewLayout {
  const pressure = height >= 30 ? 8 : 5;
  const rest = height - pressure;
  const lower = Math.max(LEAST_PANEL, Math.floor(rest / 2));
  const upper = rest - lower;
  const left = Math.ceil(width / 2);
  const right = width - left;
  if (rest >= 24) {
    const third = Math.floor(rest / 3);
    const first = rest - 2 * third;
    return plan(pressure, [
      [place("locked", left, first), place("health", right, first)],
      [place("networks", left, third), place("accounts", right, third)],
      [place("advisor", left, third), place("audit", right, third)],
    ]);
  }
  return plan(pressure, [
    [place("locked", left, upper), place("networks", right, upper)],
    [place("health", left, lower), place("advisor", right, lower)],
  ]);
}

function oneColumn(width: number, height: number): OverviewLayout {
  const pressure = height >= 10 ? 3 : 0;
  const ids = ["locked", "advisor", "health", "networks", "audit"];
  const shown = ids.slice(0, Math.max(1, Math.floor((height - pressure) / LEAST_PANEL)));
  const each = Math.floor((height - pressure) / shown.length);
  const first = height - pressure - each * (shown.length - 1);
  return plan(
    pressure,
    shown.map((id, index) => [place(id, width, index === 0 ? first : each)]),
  );
}

function place(id: string, width: number, height: number): PanelPlace {
  return { id, width, height };
}

function plan(pressure: number, rows: readonly (readonly PanelPlace[])[]): OverviewLayout {
  return { pressure, rows, panels: rows.flat() };
}
