import { effectiveValue } from "../../changes/services/sshd-effective.ts";
import { CastellanError } from "../../errors.ts";
import { defineFact } from "../fact.ts";
import { sshdSettingsFact } from "./sshd-effective.ts";

/** The groups that sshd may offer for diffie-hellman-group-exchange. */
export interface Moduli {
  readonly path: string;
  /** Length of each group in bits. */
  readonly sizes: readonly number[];
}

const LARGEST_BYTES = 16 * 1024 * 1024;

/** moduli(5) where sshd reads it; null: no OpenSSH server here. */
export const moduliFact = defineFact("moduli", async (host): Promise<Moduli | null> => {
  const settings = await host.fact(sshdSettingsFact);
  if (settings === null) return null;
  const path = effectiveValue(settings.views[0].values, "modulifile") || "/etc/ssh/moduli";
  const text = (await host.text(path, LARGEST_BYTES)) ?? "";
  const sizes = parseModuli(text);
  if (sizes.length === 0 && /^[^#\s]/m.test(text)) {
    throw new CastellanError("command_failed", `${path} has no group that can be read`);
  }
  return { path, sizes };
});

/** The length of each group: the file says the number of the highest bit, one less. */
export function parseModuli(text: string): number[] {
  return text.split("\n").flatMap((line) => {
    const [time, , , , size, , modulus] = line.trim().split(/\s+/);
    if (!/^\d{8,14}$/.test(time ?? "") || modulus === undefined || !/^\d{2,5}$/.test(size ?? "")) return [];
    return [Number(size) + 1];
  });
}
