import { expect, it } from "vitest";
import { CHECKS } from "../../src/advisor/catalog.ts";
import { loadFixCases } from "../host/fixes/load.ts";

/** Fixes that no Debian 12 can show. */
const ELSEWHERE = ["SSH-28"]; // needs OpenSSH 9.8

it("every fix that castellan offers is shown on a whole Debian in test/host, once", async () => {
  const shown = (await loadFixCases()).map(({ check }) => check);
  const offered = CHECKS.filter(({ mendable }) => mendable).map(({ id }) => id);
  expect([...shown, ...ELSEWHERE].sort()).toEqual(offered.sort());
});
