import type { KeyLine } from "../../../ssh/key-lines.ts";
import { defineCheck } from "../../check.ts";
import { authorizedKeysFact, type KeyFile } from "../../facts/ssh-authorized-keys.ts";
import type { Verdict } from "../../rating.ts";
import { critical, passed, unknown, warning, worstOf } from "../../verdict.ts";

/** SSH-31: the keys that let people in. */
export const authorizedKeys = defineCheck({
  id: "SSH-31",
  area: "ssh",
  title: "Keys of people are strong and theirs",
  why: "A key file that others can write to is an open door under that name; a DSA or short RSA key can be computed; of a key without a comment nobody knows whose it is.",
  remedy:
    "chown -R NAME: ~NAME/.ssh; chmod go-w ~NAME ~NAME/.ssh ~NAME/.ssh/authorized_keys; take weak and nameless lines out; people make new keys with: ssh-keygen -t ed25519 -C 'name, machine, date'",
  source: "Mozilla, sshd_config(5) StrictModes",
  gives: ["passed", "warning", "critical"],
  facts: [authorizedKeysFact],
  judge(known) {
    if (known === null) return null;
    const count = known.files.flatMap(({ keys }) => keys.filter(({ key }) => key !== null)).length;
    const left = known.omitted === 0 ? [] : [unknown(`${known.omitted} more users were not looked at`)];
    return worstOf(
      [...known.files.flatMap(fileVerdicts), ...left],
      passed(`${count} keys in ${known.files.length} files, all strong and named`),
    );
  },
});

function fileVerdicts(file: KeyFile): Verdict[] {
  const { login, path, unread, writers, keys } = file;
  if (unread !== null) {
    const summary = `${path} of ${login} was not read`;
    return [unread.suspicious ? warning(summary, [unread.why]) : unknown(summary, [unread.why])];
  }
  const open = writers.map((who) =>
    critical(`others can change the keys of ${login}`, [`${who} can write (keys of ${login})`]),
  );
  return [...open, ...keys.flatMap((key) => keyVerdict(file, key))];
}

function keyVerdict({ login, path }: KeyFile, { line, key, comment }: KeyLine): Verdict[] {
  if (key === null) return [];
  const evidence = [`${path}:${line} ${key.type} ${key.bits ?? ""} ${comment}`.trimEnd()];
  if (key.type === "ssh-dss") return [critical(`${login} has a DSA key`, evidence)];
  if (key.type === "ssh-rsa" && key.bits !== null && key.bits < 3072) {
    const summary = `${login} has an RSA key of ${key.bits} bits`;
    return [key.bits < 2048 ? critical(summary, evidence) : warning(summary, evidence)];
  }
  return comment === "" ? [warning(`a key of ${login} has no comment`, evidence)] : [];
}
