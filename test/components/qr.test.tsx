import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { Box } from "ink";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { QrCode, qrSize } from "../../components/QrCode.tsx";
import type { Capabilities } from "../../src/terminal/capabilities.ts";
import type { ScreenCell } from "../support/cells.ts";
import { openTerminal } from "../support/terminal.tsx";

const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const URI = `otpauth://totp/castellan:alice?secret=${SECRET}&issuer=castellan`;

const hasZbar = execaSync("zbarimg", ["--version"], { reject: false }).exitCode === 0;
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "castellan-qr-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Dark as the eye sees it: entries 16 and 0 are black, 231, 7 and the default text colour are light. */
const isDark = (colour: number): boolean => colour === 16 || colour === 0;

/** The colours of the upper and the lower half of a cell. */
function halves({ char, foreground, background }: ScreenCell): [boolean, boolean] {
  return [isDark(background), isDark(char === "▄" ? foreground : background)];
}

/** The code as it stands on the screen, as a portable bitmap with 4 x 4 pixels to a module. */
function bitmapOf(cells: readonly (readonly ScreenCell[])[], columns: number, rows: number): string {
  const modules = cells.slice(0, rows).flatMap((row) => {
    const pairs = row.slice(0, columns).map(halves);
    return [pairs.map(([upper]) => upper), pairs.map(([, lower]) => lower)];
  });
  const lines = modules.flatMap((row) => {
    const line = row.map((dark) => (dark ? "1 1 1 1" : "0 0 0 0")).join(" ");
    return [line, line, line, line];
  });
  return `P1\n${columns * 4} ${modules.length * 4}\n${lines.join("\n")}\n`;
}

async function drawn(payload: string, capabilities: Partial<Capabilities>, width = 80, height = 24) {
  const app = await openTerminal(
    <Box>
      <QrCode payload={payload} width={width} height={height} />
    </Box>,
    { columns: 100, rows: 60, capabilities },
  );
  const cells = app.cells();
  const bytes = app.rawBytes();
  await app.unmount();
  return { cells, bytes };
}

test("the code of a usual enrolment is 41 by 21 and fits 80 x 24", () => {
  expect(qrSize(`otpauth://totp/castellan:alice@example.net?secret=${SECRET}&issuer=castellan`)).toEqual({
    columns: 41,
    rows: 21,
  });
});

test("a code that does not fit is not drawn at all", async () => {
  const { columns, rows } = qrSize(URI);
  const blank = (cells: readonly (readonly ScreenCell[])[]): boolean =>
    cells.flat().every((cell) => cell.char === " " && cell.background === -1);
  expect(blank((await drawn(URI, {}, columns, rows)).cells)).toBe(false);
  expect(blank((await drawn(URI, {}, columns - 1, rows)).cells)).toBe(true);
  expect(blank((await drawn(URI, {}, columns, rows - 1)).cells)).toBe(true);
  expect(blank((await drawn(URI, { halfBlocks: false })).cells)).toBe(true);
});

test("two light modules surround the code on every side", async () => {
  const { columns, rows } = qrSize(URI);
  const { cells } = await drawn(URI, {});
  const edge = [
    ...(cells[0] ?? []).slice(0, columns),
    ...cells.slice(0, rows).flatMap((row) => [...row.slice(0, 2), ...row.slice(columns - 2, columns)]),
  ];
  expect(edge.every((cell) => cell.background === 231 && cell.char === " ")).toBe(true);
});

test("more than a code can hold is refused", () => {
  expect(() => qrSize("x".repeat(2_954))).toThrow(RangeError);
});

describe.skipIf(!hasZbar)("zbarimg reads off the screen what was put in (needs zbar-tools)", () => {
  test.each<[string, string, Partial<Capabilities>]>([
    ["fixed palette", URI, {}],
    ["named colours", URI, { palette256: false }],
    ["NO_COLOR", URI, { colour: false }],
    ["Linux console", URI, { unicode: false, palette256: false }],
    ["a long label", `otpauth://totp/${"x".repeat(200)}?secret=${SECRET}`, {}],
    ["UTF-8", "Ünïcode 漢字", {}],
    ["short", "a", {}],
  ])("%s", async (_what, payload, capabilities) => {
    const { columns, rows } = qrSize(payload);
    const { cells } = await drawn(payload, capabilities, 100, 60);
    const file = join(folder, "code.pbm");
    writeFileSync(file, bitmapOf(cells, columns, rows));
    const { stdout } = execaSync("zbarimg", ["-q", "--raw", file], { reject: false });
    expect(stdout).toBe(payload);
  });
});
