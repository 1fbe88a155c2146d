import type { EffectiveConfig } from "../changes/services/sshd-effective.ts";
import { closed, NONE, type Obstacles, together } from "./obstacles.ts";
import { algorithmsOf } from "./public-key.ts";

/** What OpenSSH's own clients offer since 8.8, and others with them (ssh_config(5)). */
const OFFERED: Readonly<Record<string, { readonly title: string; readonly names: RegExp }>> = {
  kexalgorithms: {
    title: "KexAlgorithms",
    names:
      /^(mlkem|sntrup|curve25519|ecdh-sha2-|diffie-hellman-group(-exchange-sha256|14-sha256|16-sha512|18-sha512))/,
  },
  ciphers: { title: "Ciphers", names: /^(chacha20-poly1305@|aes(128|192|256)-ctr|aes(128|256)-gcm@)/ },
  macs: { title: "MACs", names: /^(umac-|hmac-sha2-|hmac-sha1)/ },
};
/** They bring their own authentication: no MAC is needed. */
const AUTHENTICATED = /^(chacha20-poly1305@|aes(128|256)-gcm@)/;

/** Whether a client of today comes so far as to show who it is. @param hostKeyTypes null: they are not known */
export function transportObstacle(
  values: EffectiveConfig,
  hostKeyTypes: readonly string[] | null,
): Obstacles {
  const list = (keyword: string): readonly string[] | null => values.get(keyword)?.[0]?.split(",") ?? null;
  const spoken = Object.entries(OFFERED).map(([keyword, { title, names }]) => {
    const needless = keyword === "macs" && list("ciphers")?.some((name) => AUTHENTICATED.test(name)) === true;
    const found = list(keyword);
    return needless || found === null || found.some((name) => names.test(name))
      ? NONE
      : closed(`${title}: clients speak none of ${found.slice(0, 3).join(", ")}`);
  });
  return together([...spoken, hostKeyObstacle(list("hostkeyalgorithms"), hostKeyTypes)]);
}

function hostKeyObstacle(names: readonly string[] | null, types: readonly string[] | null): Obstacles {
  if (names === null || types === null || types.length === 0) return NONE;
  return types.flatMap(algorithmsOf).some((name) => names.includes(name))
    ? NONE
    : closed(`HostKeyAlgorithms fits no host key (${types.join(", ")})`);
}
