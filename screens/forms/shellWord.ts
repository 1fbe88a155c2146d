const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A word as a POSIX shell takes it (XCU 2.2.2): as it is where nothing in it means anything, else quoted. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command line of castellan from its words; undefined words are left out. */
export function commandLine(...words: readonly (string | undefined | false)[]): string {
  const kept = words.filter((word) => typeof word === "string");
  return ["castellan", ...kept.map(shellWord)].join(" ");
}
