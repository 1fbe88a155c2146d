import type { CheckCase } from "../../support/advised-host.ts";
import { SSH_ACCESS_CASES } from "../ssh/access-cases.ts";
import { SSH_CRYPTO_CASES } from "../ssh/crypto-cases.ts";
import { SSH_KEY_CASES } from "../ssh/key-cases.ts";
import { SSH_SETTING_CASES } from "../ssh/setting-cases.ts";

export const CASES: readonly CheckCase[] = [
  ...SSH_SETTING_CASES,
  ...SSH_ACCESS_CASES,
  ...SSH_CRYPTO_CASES,
  ...SSH_KEY_CASES,
];
