import { ACCOUNT_CASES } from "./sign-ins/account-cases.ts";
import { CONFIG_CASES } from "./sign-ins/config-cases.ts";
import { holdToSignIns } from "./sign-ins/suite.ts";

holdToSignIns("by sshd's configuration, account and PAM", [...ACCOUNT_CASES, ...CONFIG_CASES]);
