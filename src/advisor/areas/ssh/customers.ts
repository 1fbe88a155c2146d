import { defineCheck } from "../../check.ts";
import { type SshCustomers, sshCustomersFact } from "../../facts/ssh-customers.ts";
import type { Verdict } from "../../rating.ts";
import { passed, unknown, warning, worstOf } from "../../verdict.ts";

/** SSH-32: customers who move files get no shell. */
export const sftpCustomers = defineCheck({
  id: "SSH-32",
  area: "ssh",
  title: "Customers get SFTP, not a shell",
  why: "With a shell a customer, or whoever has their password, looks at processes, at files of others and for holes in the kernel; SFTP in a folder of their own shows only their files.",
  remedy:
    "Match Group customers: ForceCommand internal-sftp, ChrootDirectory %h, DisableForwarding yes; chown root:root each home and chmod 0755 it, with a folder of theirs in it",
  source: "sshd_config(5), own",
  gives: ["passed", "warning"],
  facts: [sshCustomersFact],
  judge(customers) {
    if (customers === null || customers.kinds.length === 0) return null;
    const left =
      customers.unasked === 0 ? [] : [unknown(`${customers.unasked} more customers were not looked at`)];
    const count = customers.kinds.flatMap(({ logins }) => logins).length;
    return worstOf(
      [...customers.kinds.flatMap(verdictsOf), ...left],
      passed(`${count} customers are held in SFTP and a folder of their own`),
    );
  },
});

function verdictsOf({ logins, forceCommand, chroot, chrootFaults }: SshCustomers): Verdict[] {
  const names =
    logins.length > 3 ? `${logins.slice(0, 3).join(", ")} and ${logins.length - 3} more` : logins.join(", ");
  const said = [`sshd -T for ${logins[0]}: forcecommand ${forceCommand}, chrootdirectory ${chroot}`];
  if (!/^internal-sftp\b/.test(forceCommand)) {
    return [
      warning(
        `${names}: ${forceCommand === "none" ? "a shell" : "a command that is not internal-sftp"}`,
        said,
      ),
    ];
  }
  if (chroot === "none") return [warning(`${names}: SFTP sees the whole host`, said)];
  if (chrootFaults.length === 0) return [];
  return [warning(`${names}: ${chrootFaults[0]}`, [...said, ...chrootFaults])];
}
