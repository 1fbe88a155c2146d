import type { Command } from "commander";
import type { Call } from "./call.ts";

/** Adds arguments, options, subcommands and actions to a command that has a name and a summary already. */
export type Define = (command: Command, call: Call) => void;
