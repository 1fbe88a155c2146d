import { type Check, defineCheck } from "../../check.ts";
import { PANEL_GATES, type PanelGate } from "../../facts/panel-gates.ts";
import type { Verdict } from "../../rating.ts";
import { critical, passed, warning, worstOf } from "../../verdict.ts";

const GATES = defineCheck({
  id: "PNL-12",
  area: "panel",
  title: "Doors of control panels",
  why: "A panel that answers without TLS hands its password to everybody on the way; with a certificate that no browser trusts people learn to click warnings away, the attacker's too.",
  remedy:
    "Bind it to 127.0.0.1 in the panel's own settings and reach it through ssh -L 8443:127.0.0.1:PORT HOST, or give it a " +
    "certificate there and switch plain HTTP off",
  source: "OWASP Transport Layer Security",
  gives: ["passed", "warning", "critical"],
  facts: [PANEL_GATES],
  judge(gates) {
    if (gates.length === 0) return null;
    const verdicts = gates.map(verdictOf);
    return worstOf(verdicts, passed(""));
  },
});

function verdictOf({ panel, address, port, isLoopback, answers, certificateFault }: PanelGate): Verdict {
  const where = `${panel} on ${address.includes(":") ? `[${address}]` : address}:${port}`;
  if (isLoopback) return passed(`${where}: loopback only`, [where]);
  switch (answers) {
    case "plain":
      return critical(`${where} answers without TLS`, [
        `${where}: http answers, and does not send on to https`,
      ]);
    case "plain, maybe redirects":
      return warning(`${where} speaks no TLS`, [
        `${where}: without curl it cannot be told whether it sends on`,
      ]);
    case "redirects":
      return passed(`${where}: only sends on to https`, [where]);
    case "tls":
      return certificateFault === null
        ? passed(`${where}: TLS`, [`${where}: TLS, the certificate is trusted`])
        : warning(`${where}: ${certificateFault}`, [
            `${where}: TLS, but the certificate: ${certificateFault}`,
          ]);
  }
}

export const PANEL_GATE_CHECKS: readonly Check[] = [GATES];
