import { type ApacheConfig, type ApacheSite, apacheSetting } from "./apache.ts";
import { type Hsts, maxAgeOf } from "./nginx-headers.ts";
import { at } from "./nginx-scope.ts";
import type { Directive } from "./nginx-tree.ts";
import { type Placed, TLS_VERSIONS, type TlsServer, type TlsVersion } from "./tls-server.ts";

/** Apache's sites that speak TLS. */
export function apacheTls(config: ApacheConfig): TlsServer[] {
  const sites = config.sites.filter((site) => isOn(apacheSetting(config, site, "sslengine")));
  return sites.map((site, index) => {
    const ciphers = apacheSetting(config, site, "sslciphersuite");
    const suite = ciphers?.args.at(-1);
    return {
      program: "apache2",
      at: site.at,
      names: site.names,
      listens: site.listens,
      decides: sites.findIndex((other) => sharesAddress(other, site)) === index,
      certificates: placed(config, site, "sslcertificatefile"),
      keys: placed(config, site, "sslcertificatekeyfile"),
      protocols: protocolsOf(config, site),
      // https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslciphersuite: OpenSSL's own default when none is named
      ciphers:
        ciphers === undefined || suite === undefined
          ? { at: site.at, value: "DEFAULT", isSet: false }
          : { at: at(ciphers), value: suite, isSet: true },
      hsts: hstsOf(config, site),
    };
  });
}

function isOn(directive: Directive | undefined): boolean {
  return /^(on|optional)$/i.test(directive?.args[0] ?? "");
}

function sharesAddress(a: ApacheSite, b: ApacheSite): boolean {
  return a.listens.some((one) =>
    b.listens.some((other) => one.address === other.address && one.port === other.port),
  );
}

function placed(config: ApacheConfig, site: ApacheSite, name: string): Placed[] {
  const own = site.own.filter((directive) => directive.name === name);
  const count = own.length > 0 ? own : config.main.filter((directive) => directive.name === name);
  return count.map((directive) => ({ at: at(directive), value: directive.args[0] ?? "" }));
}

/** `all -SSLv3 +TLSv1.2`, from left to right; `all` is everything from TLS 1.0 on. */
function protocolsOf(config: ApacheConfig, site: ApacheSite): TlsServer["protocols"] {
  const directive = apacheSetting(config, site, "sslprotocol");
  const allowed = new Set<TlsVersion>();
  for (const word of directive?.args ?? ["all"]) {
    const [, sign, name = ""] = /^([+-]?)(.*)$/.exec(word) ?? [];
    const named = TLS_VERSIONS.filter((version) =>
      name.toLowerCase() === "all" ? version.startsWith("TLS") : version.toLowerCase() === name.toLowerCase(),
    );
    if (sign === "" && directive?.args[0] === word) allowed.clear();
    for (const version of named) {
      if (sign === "-") allowed.delete(version);
      else allowed.add(version);
    }
  }
  return {
    at: directive === undefined ? site.at : at(directive),
    allowed: TLS_VERSIONS.filter((version) => allowed.has(version)),
    isSet: directive !== undefined,
  };
}

function hstsOf(config: ApacheConfig, site: ApacheSite): Hsts {
  const headers = [...config.main, ...site.own].filter(({ name, args }) => {
    return name === "header" && args.some((word) => word.toLowerCase() === "strict-transport-security");
  });
  const last = headers.findLast(({ args }) => !args.some((word) => word.toLowerCase() === "unset"));
  const value = last?.args.find((word) => /max-age/i.test(word));
  return {
    at: last === undefined ? site.at : at(last),
    maxAge: value === undefined || !config.modules.has("headers") ? null : maxAgeOf(value),
    lostAt: [],
  };
}
