import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { releaseText } from "../live/release.ts";

/** Frees an address everywhere, says what that did, and has fail2ban asked again. */
export function useUnban(again: () => void): (address: string) => Promise<void> {
  const { castellan, actor } = useCore();
  const shell = useShell();
  return async (address) => {
    const release = await castellan.lockouts.release(actor, address);
    const freed = (release.fail2ban?.unbanned.length ?? 0) > 0;
    shell.toast(freed ? "info" : "warn", releaseText(address, release).said);
    again();
  };
}
