import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";

/** What can be switched off. */
interface Host {
  readonly machine: { readonly end: () => Promise<void> };
}

/**
 * One host for all tests of a group, which follow each other on it. What a failed test has left there would fail its
 * second try and the tests after it: that host is thrown away, and a fresh one booted. Returns the host of the moment.
 */
export function oneHost<H extends Host>(boot: () => Promise<H>): () => H {
  let host: H | null = null;
  const end = async (): Promise<void> => {
    const { machine } = host ?? {};
    host = null;
    await machine?.end();
  };
  const begin = async (): Promise<void> => {
    host ??= await boot();
  };
  beforeAll(begin);
  beforeEach(begin);
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await end();
  });
  afterAll(end);
  return () => {
    if (host === null) throw new Error("no test runs: there is no host");
    return host;
  };
}
