import type { CheckCase } from "../../support/advised-host.ts";
import { accountsHost } from "../accounts/host.ts";
import { asks, sshHost, type Variant } from "./host.ts";

/** What each check says of each recorded configuration. */
const RATINGS: Readonly<Record<string, Partial<Record<Variant, CheckCase["rating"]>>>> = {
  "SSH-01": { hardened: "passed", stock: "warning", weak: "critical", match: "warning" },
  "SSH-03": { stock: "passed", weak: "critical", match: "warning" },
  "SSH-04": { hardened: "passed", stock: "warning", weak: "critical", match: "critical" },
  "SSH-05": { hardened: "passed", stock: "warning", weak: "critical" },
  "SSH-06": { hardened: "passed", stock: "warning", weak: "critical" },
  "SSH-07": { stock: "passed", weak: "warning" },
  "SSH-08": { hardened: "passed", stock: "warning" },
  "SSH-10": { stock: "passed", weak: "passed" },
  "SSH-11": { hardened: "passed", stock: "warning", match: "warning" },
  "SSH-12": { hardened: "passed", stock: "warning", weak: "critical" },
  "SSH-13": { stock: "passed", middling: "warning", weak: "critical" },
  "SSH-14": { stock: "passed", middling: "warning", weak: "critical" },
  "SSH-15": { stock: "passed", weak: "warning" },
  "SSH-16": { stock: "passed", weak: "warning" },
  "SSH-17": { stock: "passed", weak: "critical" },
  "SSH-18": { hardened: "passed", stock: "warning", weak: "critical" },
  "SSH-19": { stock: "passed", weak: "critical", middling: "passed" },
  "SSH-20": { hardened: "passed", stock: "warning", weak: "critical" },
  "SSH-21": { hardened: "passed", stock: "warning", weak: "critical" },
  "SSH-27": { hardened: "passed", stock: "warning" },
  "SSH-33": { stock: "passed" },
};

const recorded = Object.entries(RATINGS).flatMap(([check, ratings]) =>
  Object.entries(ratings).map(
    ([variant, rating]): CheckCase => ({
      check,
      rating,
      about: `the configuration "${variant}"`,
      host: sshHost(variant as Variant),
    }),
  ),
);

/** Ways in which sshd does not answer; each check of a setting must then be unknown. */
const silent = Object.keys(RATINGS).flatMap((check): CheckCase[] => [
  {
    check,
    rating: "unknown",
    about: "sshd refuses its configuration",
    host: sshHost("broken"),
  },
  {
    check,
    rating: "unknown",
    about: "sshd is gone, its configuration is there",
    host: accountsHost({ files: { "/etc/ssh/sshd_config": "Port 22\n" } }),
  },
  {
    check,
    rating: "unknown",
    about: "sshd says nothing",
    host: sshHost("stock", { commands: { [asks("doesnotexist")]: { stdout: "" } } }),
  },
  { check, rating: "none", about: "no OpenSSH server here", host: accountsHost() },
]);

const odd: readonly CheckCase[] = [
  {
    check: "SSH-01",
    rating: "unknown",
    about: "sshd hangs",
    host: sshHost("stock", { commands: { [asks("doesnotexist")]: "hang" } }),
  },
  {
    check: "SSH-01",
    rating: "unknown",
    about: "a drop-in cannot be read",
    host: sshHost("hardened", {
      files: { "/etc/ssh/sshd_config.d/00-castellan.conf": { text: "", fault: "denied" } },
    }),
  },
  {
    check: "SSH-04",
    rating: "unknown",
    about: "sshd answers in general, but not about alice whom a Match block names",
    host: sshHost("match", { commands: { [asks("alice")]: { exitCode: 255, stderr: "no\n" } } }),
  },
  ...(["SSH-17", "SSH-19"] as const).map(
    (check): CheckCase => ({
      check,
      rating: "warning",
      about: "a Match block for a network gives a weak value",
      host: sshHost("match", {
        files: {
          "/etc/ssh/sshd_config.d/20-network.conf":
            "Match Address 10.0.0.0/8\n  StrictModes no\n  Ciphers 3des-cbc\n",
        },
      }),
    }),
  ),
];

export const SSH_SETTING_CASES: readonly CheckCase[] = [...recorded, ...silent, ...odd];
