import { openKeyRing } from "../../src/database/keys.ts";
import { openDatabase } from "../../src/database/open.ts";
import { codeOf } from "../../src/errors.ts";
import { systemRandom } from "../../src/host/random.ts";

/** A first start in a process of its own: prints a derived key, leaves a setting. */
const [folder = ""] = process.argv.slice(2);
try {
  const database = await openDatabase(folder, { create: true });
  const keys = openKeyRing(folder, systemRandom, { create: true });
  await database.db
    .insertInto("settings")
    .values({ key: `${process.pid}`, value: "{}", updated_at: 0 })
    .execute();
  await database.close();
  process.stdout.write(keys.key("audit").toString("hex"));
} catch (error) {
  process.stderr.write(`${codeOf(error) ?? String(error)}\n`);
  process.exitCode = 1;
}
