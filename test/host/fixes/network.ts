import type { FixCase } from "./case.ts";

/** A module that the kernel could load, as far as its folder shows. */
const MODULE = "/lib/modules/$(uname -r)/kernel/net/dccp";

export const FIX_CASES: readonly FixCase[] = [
  {
    check: "NET-01",
    break: "sysctl -w net.ipv4.conf.all.accept_redirects=1 net.ipv4.conf.all.accept_source_route=1",
  },
  { check: "NET-02", break: "sysctl -w net.ipv4.ip_forward=1", restore: "sysctl -w net.ipv4.ip_forward=0" },
  { check: "NET-03", break: `mkdir -p ${MODULE}; touch ${MODULE}/dccp.ko`, restore: `rm -rf ${MODULE}` },
];
