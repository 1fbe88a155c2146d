import { nginxDraft } from "../../changes/own/nginx.ts";
import { type Check, defineCheck } from "../check.ts";
import { APACHE, type ApacheConfig, apacheSetting } from "../facts/apache.ts";
import { NGINX } from "../facts/nginx.ts";
import { canSet, NGINX_DROP_IN } from "../facts/nginx-own.ts";
import { setting, shown, within } from "../facts/nginx-scope.ts";
import { SELF_TESTS } from "../facts/web-test.ts";
import { type Problem, warningAt, weigh } from "./weigh.ts";

const selfTest = defineCheck({
  id: "WEB-01",
  area: "web",
  title: "Web server takes its configuration",
  why:
    "A configuration that fails its test still runs until the next restart: then every site is down, and until then " +
    "no later fix and no renewed certificate takes effect.",
  remedy: "nginx -t (apache2ctl -t) names file and line; mend it, then: systemctl reload nginx",
  source: "Lynis HTTP-6704; nginx(8)",
  gives: ["passed", "warning", "critical"],
  facts: [SELF_TESTS],
  judge(tests) {
    if (tests === null) return null;
    const problems = tests.flatMap(({ command, ok, complaints }): Problem[] => {
      if (ok && complaints.length === 0) return [];
      const lines = complaints.length > 0 ? complaints : ["it failed without a word"];
      const what = ok ? `${command} warns` : `${command} fails`;
      return lines.map((line) => ({
        rating: ok ? "warning" : "critical",
        what,
        evidence: `${command}: ${line}`,
      }));
    });
    return weigh(problems, {
      summary: "The configuration stands",
      evidence: tests.map(({ command }) => command),
    });
  },
});

const version = defineCheck({
  id: "WEB-02",
  area: "web",
  title: "Version of the web server kept quiet",
  why:
    "The exact version in every answer lets scanners pick hosts for which they have an exploit, within hours of its " +
    "release. Quiet servers are not safe, but they are not on the list.",
  remedy:
    "server_tokens off; in the http block of /etc/nginx/nginx.conf, then nginx -t && systemctl reload nginx. Apache: " +
    "ServerTokens Prod and ServerSignature Off in /etc/apache2/conf-available/security.conf, systemctl reload apache2",
  source: "OWASP WSTG-INFO-02; nginx core module",
  gives: ["passed", "warning"],
  facts: [NGINX, APACHE, NGINX_DROP_IN],
  judge(nginx, apache) {
    if (nginx === null && apache === null) return null;
    const ofNginx = (nginx?.servers ?? []).flatMap(({ scope, at }): Problem[] => {
      const tokens = setting(scope, "server_tokens");
      if (tokens?.args[0] === "off") return [];
      const evidence = tokens === undefined ? `${at}: server_tokens is not set (on)` : shown(tokens);
      return [{ rating: "warning", what: "nginx tells its version", evidence }];
    });
    return weigh([...ofNginx, ...(apache === null ? [] : apacheTokens(apache))], {
      summary: "The web server does not tell its version",
      evidence: (nginx?.servers ?? []).flatMap(({ scope }) => {
        const tokens = setting(scope, "server_tokens");
        return tokens === undefined ? [] : [shown(tokens)];
      }),
    });
  },
  fix(nginx, apache, dropIn) {
    if (nginx === null || dropIn === null || !canSet(nginx, "server_tokens")) return null;
    const deeper = (nginx.http?.block ?? []).filter(({ name }) => name === "server");
    const overridden = within(deeper, "server_tokens").some(({ args }) => args[0] !== "off");
    if (overridden || (apache !== null && apacheTokens(apache).length > 0)) return null;
    return {
      via: "change",
      draft: nginxDraft(
        dropIn.present,
        { server_tokens: "off" },
        { title: "Keep nginx's version quiet", reason: "Scanners choose their victims by version" },
      ),
    };
  },
});

function apacheTokens(config: ApacheConfig): Problem[] {
  const site = config.sites[0];
  if (site === undefined) return [];
  const tokens = apacheSetting(config, { ...site, own: [] }, "servertokens");
  const signed = config.sites
    .map((each) => apacheSetting(config, each, "serversignature"))
    .find((directive) => directive !== undefined && !/^off$/i.test(directive.args[0] ?? ""));
  const isQuiet = /^prod(uctonly)?$/i.test(tokens?.args[0] ?? "");
  return [
    ...(isQuiet
      ? []
      : [warningAt("Apache tells its version", tokens ? shown(tokens) : "ServerTokens is not set (Full)")]),
    ...(signed ? [warningAt("Apache signs its error pages", shown(signed))] : []),
  ];
}

export const WEB_SERVER_CHECKS: readonly Check[] = [selfTest, version];
