import { CastellanError } from "../errors.ts";
import type { Define } from "./catalog.ts";

/**
 * `castellan guard` is started by the launcher, never from here: this is its `--help`, and the answer to a guard with
 * arguments that it does not take.
 */
export const defineGuard: Define = (command) => {
  command
    .description(
      "Watches the logs, locks out, ends lockouts and keeps the firewall as it should be, without a screen, " +
        "until SIGTERM or Ctrl-C. What it does is told on standard error.",
    )
    .action(() => {
      throw new CastellanError(
        "usage",
        "the guard is a program of its own and cannot be run within another",
        "start it as: castellan guard [--state DIR] [--root DIR] [--read-only] [--json]",
      );
    });
};
