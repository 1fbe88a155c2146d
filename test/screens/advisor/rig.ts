import type { Castellan } from "../../../src/castellan.ts";
import { PlayedSsh } from "../ssh/state.ts";
import { openApp, type Rig, type RigOptions } from "../users/rig.tsx";
import { PlayedAdvisor } from "./findings.ts";

/** The app with an Advisor and an sshd that the test plays, on the real changes. */
export interface DefenceRig extends Rig {
  readonly advisor: PlayedAdvisor;
  readonly ssh: PlayedSsh;
}

/** Opens the app; `set` makes the players what they are to be before the first frame. */
export async function openDefence(
  options: RigOptions & {
    readonly set?: (players: { advisor: PlayedAdvisor; ssh: PlayedSsh; castellan: Castellan }) => void;
    readonly empty?: boolean;
  } = {},
): Promise<DefenceRig> {
  const players: { advisor?: PlayedAdvisor; ssh?: PlayedSsh } = {};
  const rig = await openApp({
    ...options,
    replace(castellan) {
      const advisor = options.empty
        ? new PlayedAdvisor(castellan.changes, [])
        : new PlayedAdvisor(castellan.changes);
      const ssh = new PlayedSsh(castellan.changes);
      options.set?.({ advisor, ssh, castellan });
      Object.assign(players, { advisor, ssh });
      return { advisor, ssh };
    },
  });
  const { advisor, ssh } = players;
  if (advisor === undefined || ssh === undefined) throw new Error("the app did not ask for its players");
  return { ...rig, advisor, ssh };
}
