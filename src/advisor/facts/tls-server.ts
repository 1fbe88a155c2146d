import type { Hsts } from "./nginx-headers.ts";

export const TLS_VERSIONS = ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** A setting with the place that sets it. */
export interface Placed {
  readonly at: string;
  readonly value: string;
}

/** A site that speaks TLS, of nginx or Apache. */
export interface TlsServer {
  readonly program: "nginx" | "apache2";
  readonly at: string;
  readonly names: readonly string[];
  /** Where it listens with TLS, unix sockets left out. */
  readonly listens: readonly { readonly address: string; readonly port: number }[];
  /**
   * It is the default of one of its addresses: asked without a name, it answers. Of nginx its protocols and ciphers count
   * there for every site, because OpenSSL chooses the version before nginx knows the name (measured with 1.22.1).
   */
  readonly decides: boolean;
  readonly certificates: readonly Placed[];
  readonly keys: readonly Placed[];
  readonly protocols: {
    readonly at: string;
    readonly allowed: readonly TlsVersion[];
    readonly isSet: boolean;
  };
  /** `isSet` false: the program's default. */
  readonly ciphers: Placed & { readonly isSet: boolean };
  readonly hsts: Hsts;
}

/** Whether its own protocols count: Apache knows the name before a version is chosen (measured with 2.4.68). */
export function speaksItsOwn({ program, decides }: TlsServer): boolean {
  return program === "apache2" || decides;
}
