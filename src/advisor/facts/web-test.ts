import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { APACHE_CONF } from "./apache.ts";
import { NGINX_CONF } from "./nginx.ts";

/** What a web server says about its own configuration. */
export interface SelfTest {
  /** `nginx -t` */
  readonly command: string;
  readonly ok: boolean;
  /** Its warnings and errors, one line each. */
  readonly complaints: readonly string[];
}

/** `nginx -t` and `apache2ctl -t`, of those that are installed; null: no web server is. */
export const SELF_TESTS = defineFact<readonly SelfTest[] | null>(
  "web servers' own test",
  async (host) => {
    const [nginx, apache] = await Promise.all([host.stat(NGINX_CONF), host.stat(APACHE_CONF)]);
    if (nginx === null && apache === null) return null;
    const tests = [
      ...(nginx === null ? [] : [ask(host, "nginx")]),
      ...(apache === null ? [] : [ask(host, "apache2ctl")]),
    ];
    return await Promise.all(tests);
  },
  8_000,
);

async function ask(host: AdvisedHost, file: "nginx" | "apache2ctl"): Promise<SelfTest> {
  const { exitCode, stdout, stderr } = await host.run({ file, args: ["-t"], timeoutMs: 7_500 });
  const lines = `${stderr}\n${stdout}`.split("\n").filter((line) => line.trim() !== "");
  if (exitCode !== 0 && lines.some((line) => /Permission denied|13: permission denied/i.test(line))) {
    throw new CastellanError("not_permitted", `${file} -t may not read its own configuration: run as root`);
  }
  if (exitCode === 0 && !lines.some((line) => VERDICT.test(line))) {
    throw new CastellanError("command_failed", `${file} -t ended without saying whether all is well`);
  }
  return { command: `${file} -t`, ok: exitCode === 0, complaints: lines.filter(isComplaint) };
}

const VERDICT = /test is successful|^Syntax OK$/;

/** AH00558 only says that the host has no name of its own. */
function isComplaint(line: string): boolean {
  return !/syntax is ok|test is successful|^Syntax OK$|AH00558/.test(line);
}
