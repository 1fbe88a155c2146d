import { KEY_CASES } from "./sign-ins/key-cases.ts";
import { holdToSignIns } from "./sign-ins/suite.ts";

holdToSignIns("by key files", KEY_CASES);
