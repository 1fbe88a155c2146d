import { CastellanError } from "../errors.ts";
import type { Define } from "./define.ts";

/*
 * What the launcher starts by itself and the parser never runs: these give them their `--help`, and an answer where
 * the launcher could not start them.
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

export const defineDemo: Define = (command) => {
  command
    .description(
      "Shows the screens on a made-up host under attack, in a folder of its own. Needs no root, changes nothing here.",
    )
    .action(() => {
      throw new CastellanError(
        "terminal_unsuitable",
        "the demo is drawn on a terminal, and there is none here",
        "run it in a terminal of at least 40x10, without a pipe: castellan demo",
      );
    });
};
