import type { CheckCase } from "../../support/advised-host.ts";
import { ENVIRONMENT_CASES } from "../accounts/environment-cases.ts";
import { FILE_CASES } from "../accounts/file-cases.ts";
import { IDENTITY_CASES } from "../accounts/identity-cases.ts";

export const CASES: readonly CheckCase[] = [...IDENTITY_CASES, ...FILE_CASES, ...ENVIRONMENT_CASES];
