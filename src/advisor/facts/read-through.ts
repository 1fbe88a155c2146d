import type { ConfigFiles } from "../../changes/services/sshd-files.ts";
import { CastellanError } from "../../errors.ts";
import type { AdvisedHost } from "../fact.ts";

/** Each round knows more of the files that the ones before include. */
const MOST_ROUNDS = 40;

/** What files and folders hold that were asked for so far. */
interface Snapshot {
  readonly texts: Map<string, string | null>;
  readonly folders: Map<string, string[]>;
  readonly there: Map<string, boolean>;
}

/** Lets a reader that asks for files at once read a host that answers later: it is run again with what it lacked. */
export async function readThrough<T>(host: AdvisedHost, read: (files: ConfigFiles) => T): Promise<T> {
  const known: Snapshot = { texts: new Map(), folders: new Map(), there: new Map() };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const lacking: Promise<unknown>[] = [];
    const ask = <V>(answers: Map<string, V>, path: string, instead: V, find: () => Promise<V>): V => {
      const answer = answers.get(path);
      if (answer !== undefined) return answer;
      lacking.push(find().then((found) => answers.set(path, found)));
      return instead;
    };
    const result = read({
      read: (path) => ask(known.texts, path, null, () => host.text(path)),
      list: (path) => ask(known.folders, path, [], async () => (await host.list(path)) ?? []),
      isThere: (path) => ask(known.there, path, false, async () => (await host.stat(path)) !== null),
    });
    if (lacking.length === 0) return result;
    await Promise.all(lacking);
  }
  throw new CastellanError("command_failed", "the configuration includes more than can be followed");
}
