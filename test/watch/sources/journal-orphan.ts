// Follows this host's journal, if only to wait for one, until it is killed; prints the pid of its journalctl.

import { spawnJournalctl } from "../../../src/watch/sources/journal-process.ts";
import { openJournalSource } from "../../../src/watch/sources/journal-source.ts";

openJournalSource(
  {
    service: "sshd",
    run: (args) => {
      const child = spawnJournalctl([...args, "--follow"]);
      process.stdout.write(`${child.pid}\n`);
      return child;
    },
  },
  { position: null, backlogBytes: 0 },
);
