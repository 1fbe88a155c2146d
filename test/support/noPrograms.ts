import { CastellanError } from "../../src/errors.ts";
import type { RunCommand } from "../../src/host/command.ts";

/** A host without programs: nothing that a test presses may reach the machine that it runs on. */
export const noPrograms: RunCommand = async ({ file }) => {
  throw new CastellanError("command_missing", `${file} is not installed`);
};
