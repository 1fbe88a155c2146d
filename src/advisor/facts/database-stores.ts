import type { Listener } from "../../changes/own/listeners.ts";
import { type AdvisedHost, defineFact, type Known } from "../fact.ts";
import { type Wall, wallBefore } from "./database-reach.ts";
import { glob } from "./glob.ts";
import { LISTENERS } from "./listeners.ts";

/** A store without tables: Redis, MongoDB, memcached. */
export interface Store {
  readonly program: "redis" | "mongodb" | "memcached";
  readonly file: string;
  /** null: it listens on no TCP port. */
  readonly port: number | null;
  /** Addresses that it is set to listen on; `*`: all. */
  readonly binds: readonly string[];
  /** Where that is set. */
  readonly at: string;
  /** null: it cannot be told from the file. */
  readonly asksPassword: boolean | null;
  /** Without a password it answers this host only, whatever it listens on (Redis' protected mode). */
  readonly isGuarded: boolean;
}

/** The stores of this host and what listens on their ports. */
export interface Stores {
  readonly stores: readonly Store[];
  readonly listeners: readonly Listener[];
  /** null: none of them listens beyond this host. */
  readonly wall: Known<Wall> | null;
}

/** The stores as their files have them; null: none is installed. A file that may not be read makes them unknown. */
export const STORES = defineFact<Stores | null>("redis, mongodb, memcached", async (host) => {
  const stores = (await Promise.all([redis(host), mongodb(host), memcached(host)])).flat();
  if (stores.length === 0) return null;
  const ports = new Set(stores.map(({ port }) => port));
  const listeners = (await host.fact(LISTENERS)).filter(({ port }) => ports.has(port));
  return { stores, listeners, wall: await wallBefore(host, listeners) };
});

async function redis(host: AdvisedHost): Promise<Store[]> {
  const files = (await glob(host, "/etc/redis/*.conf")).filter((file) => !/sentinel/.test(file));
  const stores = await Promise.all(
    [...files, "/etc/valkey/valkey.conf"].map(async (file) => {
      const text = await host.text(file);
      return text === null ? [] : [redisStore(text, file)];
    }),
  );
  return stores.flat();
}

/** redis.conf: a word and its values a line, the last one wins (`user` lines add up). */
function redisStore(text: string, file: string): Store {
  const lines = [...text.matchAll(/^[ \t]*([a-zA-Z-]+)[ \t]+(.*?)[ \t]*$/gm)];
  const wordOf = (name: string): string | undefined =>
    lines.findLast(([, key]) => key?.toLowerCase() === name)?.[2];
  const bind = wordOf("bind");
  const password = unquoted(wordOf("requirepass") ?? "");
  const port = Number(wordOf("port") ?? 6379);
  const openUser = lines.some(
    ([, key, value]) => key === "user" && /^default\b.*\bon\b.*\bnopass\b/.test(value ?? ""),
  );
  const setUser = lines.some(([, key, value]) => key === "user" && /^default\b/.test(value ?? ""));
  const isProtected = (wordOf("protected-mode") ?? "yes") === "yes";
  const asksPassword = wordOf("aclfile") === undefined ? (setUser ? !openUser : password !== "") : null;
  const binds = unquoted(bind ?? "*")
    .split(/\s+/)
    .map((address) => address.replace(/^-/, ""));
  const at = `${file}:${lineOf(text, "bind")}`;
  const isGuarded = isProtected && asksPassword === false;
  return { program: "redis", file, port: port === 0 ? null : port, binds, at, asksPassword, isGuarded };
}

async function mongodb(host: AdvisedHost): Promise<Store[]> {
  const file = "/etc/mongod.conf";
  const text = await host.text(file);
  if (text === null) return [];
  const wordOf = (name: string): string | undefined =>
    new RegExp(`^[ \\t]+${name}:[ \\t]*([^#\\n]*)`, "m").exec(text)?.[1]?.trim();
  const isEverywhere = wordOf("bindIpAll") === "true";
  const binds = isEverywhere ? ["*"] : unquoted(wordOf("bindIp") ?? "127.0.0.1").split(/[,\s]+/);
  const asksPassword = wordOf("authorization") === "enabled";
  return [
    {
      program: "mongodb",
      file,
      port: Number(wordOf("port") ?? 27_017),
      binds,
      at: `${file}:${lineOf(text, "bindIp")}`,
      asksPassword,
      isGuarded: false,
    },
  ];
}

/** /etc/memcached.conf: one option a line, as on its command line. */
async function memcached(host: AdvisedHost): Promise<Store[]> {
  const file = "/etc/memcached.conf";
  const text = await host.text(file);
  if (text === null) return [];
  const options = [...text.matchAll(/^[ \t]*(-\w)(?:[ \t]+(\S+))?[ \t]*$/gm)];
  const valuesOf = (name: string): string[] =>
    options.flatMap(([, key, value]) => (key === name ? (value ?? "").split(",") : []));
  const onSocket = options.some(([, key]) => key === "-s");
  const binds = valuesOf("-l");
  return [
    {
      program: "memcached",
      file,
      port: onSocket ? null : Number(valuesOf("-p").at(-1) ?? 11_211),
      binds: binds.length > 0 ? binds : ["*"],
      at: `${file}:${lineOf(text, "-l")}`,
      asksPassword: options.some(([, key]) => key === "-S" || key === "-Y"),
      isGuarded: false,
    },
  ];
}

function lineOf(text: string, word: string): number {
  const index = text.split("\n").findIndex((line) => line.trim().startsWith(word));
  return index + 1 || 1;
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}
