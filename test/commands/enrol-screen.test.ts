import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type EnrolmentPlace, enrolmentLines, groups } from "../../src/commands/enrol-screen.ts";
import { drawQr } from "../../src/commands/qr.ts";

const ENROLMENT = {
  account: "alice",
  secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  uri: "otpauth://totp/host.example.org:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=host.example.org",
  expiresAt: Date.UTC(2026, 10, 21, 20, 15, 0),
};
const PLACE: EnrolmentPlace = { columns: 80, rows: 24, halfBlocks: true, palette256: true };
const HAS_ZBAR = spawnSync("zbarimg", ["--version"]).status === 0;

/** Two rows of pixels from each painted row, true where it is dark; an honest reading of the escape sequences. */
function pixels(rows: readonly string[]): boolean[][] {
  return rows.flatMap((row) => {
    const upper: boolean[] = [];
    const lower: boolean[] = [];
    for (const [, on = "", under = "", sign] of row.matchAll(
      /\u001b\[(38;5;\d+|3\d);(48;5;\d+|4\d)m([ ▄])/g,
    )) {
      const dark = (code: string): boolean => /^(38;5;16|48;5;16|30|40)$/.test(code);
      upper.push(dark(under));
      lower.push(sign === "▄" ? dark(on) : dark(under));
    }
    return [upper, lower];
  });
}

/** What a scanner reads off the pixels. */
function decode(rows: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "castellan-qr-"));
  try {
    const picture = pixels(rows);
    const wide = picture.map((line) => line.flatMap((dark) => Array<number>(6).fill(dark ? 0 : 255)));
    const bytes = Buffer.from(wide.flatMap((line) => Array(6).fill(line).flat()));
    const size = `${(picture[0]?.length ?? 0) * 6} ${picture.length * 6}`;
    const path = join(folder, "code.pgm");
    writeFileSync(path, Buffer.concat([Buffer.from(`P5 ${size} 255\n`), bytes]));
    return execFileSync("zbarimg", ["--quiet", "--raw", path], { encoding: "utf8", stdio: "pipe" }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("drawQr", () => {
  it.skipIf(!HAS_ZBAR).each([true, false])("is read by a scanner (fixed palette: %s)", (palette256) => {
    expect(decode(drawQr(ENROLMENT.uri, palette256).rows)).toBe(ENROLMENT.uri);
  });

  it("takes 41x21 for the URI of an enrolment, light all around", () => {
    const { columns, rows } = drawQr(ENROLMENT.uri, true);
    expect([columns, rows.length]).toEqual([41, 21]);
    const picture = pixels(rows);
    for (const edge of [0, 1, 39, 40]) {
      expect(picture[edge]?.every((dark) => !dark)).toBe(true);
      expect(picture.every((line) => line[edge] === false)).toBe(true);
    }
  });
});

describe("enrolmentLines", () => {
  const bare = (place: EnrolmentPlace) =>
    enrolmentLines(ENROLMENT, place).map((line) => line.replaceAll(/\u001b\[[\d;]*m/g, ""));

  it("stands beside the code in 80x24, with room for the question below", () => {
    const lines = bare(PLACE);
    expect(lines).toHaveLength(21);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const text = lines.map((line) => line.slice(43)).join("\n");
    expect(text).toContain("Second factor of alice");
    expect(text).toContain("JBSW Y3DP EHPK 3PXP");
  });

  it("stands below the code where there is height but no width", () => {
    const lines = bare({ ...PLACE, columns: 50, rows: 40 });
    expect(lines[21]).toBe("Second factor of alice");
    expect(lines.length).toBeLessThanOrEqual(37);
  });

  it.each([
    ["too narrow", { columns: 40, rows: 60 }],
    ["too low", { columns: 80, rows: 23 }],
    ["without half blocks", { halfBlocks: false }],
  ])("hides the code whole where the terminal is %s", (_, change) => {
    const lines = enrolmentLines(ENROLMENT, { ...PLACE, ...change });
    expect(lines.join("\n")).not.toContain("\u001b");
    expect(lines.join("\n")).toContain("QR code");
    expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain(groups(ENROLMENT.secret));
  });
});
