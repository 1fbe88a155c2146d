/** What the guard says of itself while it runs; a command prints it, a screen ignores it. */
export type GuardNews = (line: string) => void;
