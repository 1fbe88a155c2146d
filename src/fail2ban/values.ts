/** What castellan sets of a jail, and what a value may be, in an admin's words: jail.conf(5). */
export const JAIL_VALUES: ReadonlyMap<string, string> = new Map([
  ["enabled", "true or false"],
  ["maxretry", "failures until a ban, 1 to 9999"],
  ["findtime", "the window in which they count: 600, 10m, 1d"],
  ["bantime", "how long it is out: 600, 10m, 1d; -1 for ever"],
  ["bantime.increment", "true: longer each time"],
  ["bantime.maxtime", "never longer than this: 1d, 5w"],
  ["ignoreip", "addresses and networks that are never banned, with blanks between"],
  ["backend", "auto, systemd, polling or pyinotify"],
  ["banaction", "a file of action.d without .conf: nftables-multiport"],
  ["port", "ports or names of services, with commas between: ssh,2222"],
]);
