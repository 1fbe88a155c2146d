import type { ConfigFiles } from "../changes/services/sshd-files.ts";
import { codeOf } from "../errors.ts";
import { parseKeyLines } from "./key-lines.ts";

/** What sshd's RevokedKeys says of keys. */
export interface RevokedKeys {
  /** Why a key is not taken, by its fingerprint; null: it is not revoked. */
  readonly problem: (fingerprint: string) => string | null;
  /** Why it cannot be known of any; null: it is. */
  readonly doubt: string | null;
}

const NOTHING: RevokedKeys = { problem: () => null, doubt: null };
/** How a key revocation list in binary begins (PROTOCOL.krl). */
const KRL = "SSHKRL\n";

/** Reads the file of RevokedKeys: public keys in text; where sshd cannot read it, it refuses every key (sshd_config(5)). */
export function readRevokedKeys(files: ConfigFiles, path: string): RevokedKeys {
  if (path === "" || path === "none") return NOTHING;
  const text = textOf(files, path);
  if (text === null)
    return { ...NOTHING, problem: () => `RevokedKeys ${path} cannot be read: sshd takes no key` };
  if (text.startsWith(KRL)) return { ...NOTHING, doubt: `${path} may revoke it` };
  const revoked = new Set(parseKeyLines(text).map(({ key }) => key?.fingerprint));
  return { ...NOTHING, problem: (fingerprint) => (revoked.has(fingerprint) ? `${path} revokes it` : null) };
}

function textOf(files: ConfigFiles, path: string): string | null {
  try {
    return files.read(path);
  } catch (error) {
    if (codeOf(error) === "source_unreadable") return null;
    throw error;
  }
}
