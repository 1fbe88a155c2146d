import type { FixCase } from "./case.ts";

/** Debian 12's nginx as it is installed: nothing needs to be broken. */
const STOCK = "nginx -t && systemctl reload-or-restart nginx";

export const FIX_CASES: FixCase[] = [
  { check: "WEB-02", break: STOCK },
  { check: "WEB-05", break: STOCK },
];
