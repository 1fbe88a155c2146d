import { useApp } from "ink";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { InputProvider, useSuspend } from "../../components/input/InputProvider.tsx";
import { TerminalProvider, useTerminal } from "../../components/Terminal.tsx";
import { type ToastControl, type ToastSpec, useToast } from "../../components/Toast.tsx";
import { CastellanError } from "../../src/errors.ts";
import { busy } from "../../src/terminal/busy.ts";
import type { Capabilities } from "../../src/terminal/capabilities.ts";
import { clipboardSequence } from "../../src/terminal/clipboard.ts";
import type { Key } from "../../src/terminal/keys.ts";
import { columnsOf } from "../../src/terminal/text.ts";
import { AdvisorScreen } from "../advisor/AdvisorScreen.tsx";
import { AuditScreen } from "../audit/AuditScreen.tsx";
import { ChangesScreen } from "../changes/ChangesScreen.tsx";
import { Fail2banScreen } from "../fail2ban/Fail2banScreen.tsx";
import { FirstRunScreen } from "../first-run/FirstRunScreen.tsx";
import { FailureDialog } from "../forms/FailureDialog.tsx";
import { LiveScreen } from "../live/LiveScreen.tsx";
import { OverviewScreen } from "../overview/OverviewScreen.tsx";
import { PoliciesScreen } from "../policies/PoliciesScreen.tsx";
import { SshScreen } from "../ssh/SshScreen.tsx";
import { UsersScreen } from "../users/UsersScreen.tsx";
import type { ScreenId } from "./action.ts";
import { ActorProvider } from "./actor.tsx";
import { type Core, CoreProvider, useCore } from "./core.tsx";
import type { FrameFacts, ScreenComponentProps } from "./Frame.tsx";
import { createJobs, type Jobs } from "./jobs.ts";
import { type Place, type Shell, ShellProvider } from "./shell.tsx";
import { useBanner, useCriticals, useMinute, useSafety } from "./useFrameFacts.ts";
import { useSettle, useWaiting } from "./useWaiting.ts";

const SCREENS: Readonly<Record<ScreenId, (props: ScreenComponentProps) => ReactNode>> = {
  overview: OverviewScreen,
  live: LiveScreen,
  users: UsersScreen,
  advisor: AdvisorScreen,
  audit: AuditScreen,
  ssh: SshScreen,
  policies: PoliciesScreen,
  changes: ChangesScreen,
  fail2ban: Fail2banScreen,
};

/** The whole program on the screen. `firstRun`: there is no account yet. */
export function App(props: {
  readonly core: Core;
  readonly capabilities: Capabilities;
  readonly firstRun: boolean;
}) {
  const [interruptedAt, setInterruptedAt] = useState(Number.NEGATIVE_INFINITY);
  const toast = useToast();
  const { exit } = useApp();
  const { castellan } = props.core;
  const onFirst = (key: Key): boolean => {
    toast.dismiss();
    if (key.name !== "ctrl+c") return false;
    const now = castellan.clock.monotonic();
    if (now - interruptedAt < 2_000) exit();
    else toast.show({ level: "warn", text: "press Ctrl-C once more to leave castellan" });
    setInterruptedAt(now);
    return true;
  };
  return (
    <CoreProvider core={props.core}>
      <TerminalProvider capabilities={props.capabilities}>
        <InputProvider
          onFirst={onFirst}
          onClosed={() => exit()}
          onStrayPaste={() =>
            toast.show({ level: "info", text: "pasted text was dropped: no field has the focus" })
          }
        >
          <ActorProvider>
            <Stage firstRun={props.firstRun} toast={toast} />
          </ActorProvider>
        </InputProvider>
      </TerminalProvider>
    </CoreProvider>
  );
}

/** The screen that is shown, and what the app does for it. */
function Stage({ firstRun, toast }: { readonly firstRun: boolean; readonly toast: ToastControl }) {
  const [welcoming, setWelcoming] = useState(firstRun);
  const { shell, dialog } = useShellOf(toast);
  const waiting = useWaiting();
  useSettle(waiting, shell.perform);
  const facts: FrameFacts = {
    safety: useSafety(),
    banner: useBanner(shell.place.screen, shell.jobs, waiting),
    criticals: useCriticals(),
    waiting,
    minute: useMinute(),
    toast: toast.toast,
    dialog,
  };
  const Shown = SCREENS[shell.place.screen];
  return (
    <ShellProvider shell={shell}>
      {welcoming ? (
        <FirstRunScreen facts={facts} onDone={() => setWelcoming(false)} />
      ) : (
        <Shown key={`${shell.place.screen}:${shell.place.focus ?? ""}`} facts={facts} />
      )}
    </ShellProvider>
  );
}

/** What the app does for its screens, and the dialog that one of them has opened. */
function useShellOf(toast: ToastControl): { shell: Shell; dialog: ReactNode } {
  const [jobs] = useState(createJobs);
  const [kept] = useState(() => new Map<string, unknown>());
  const { show, clear } = toast;
  const trail = useTrail();
  const [dialog, setDialog] = useState<ReactNode>(null);
  const openDialog = useCallback(
    (draw: (close: () => void) => ReactNode): void => {
      // What was said while it was being made is over.
      clear();
      setDialog(draw(() => setDialog(null)));
    },
    [clear],
  );
  const say = useCallback((level: ToastSpec["level"], text: string) => show({ level, text }), [show]);
  const perform = usePerform(say, openDialog);
  const terminal = useTerminalOf(say, jobs);
  const shell = useMemo<Shell>(
    () => ({ ...trail, ...terminal, perform, kept, jobs, toast: say, openDialog }),
    [trail, terminal, perform, kept, jobs, say, openDialog],
  );
  return { shell, dialog };
}

type Say = Shell["toast"];

/** Where the admin is, and where Esc leads. */
function useTrail(): Pick<Shell, "place" | "go" | "switchTo" | "back"> {
  const [trail, setTrail] = useState<readonly Place[]>([{ screen: "overview" }]);
  return useMemo(
    () => ({
      place: trail.at(-1) ?? { screen: "overview" },
      go: (place) => setTrail((before) => [...before, place]),
      switchTo: (screen) => setTrail([{ screen }]),
      back() {
        if (trail.length < 2) return false;
        setTrail(trail.slice(0, -1));
        return true;
      },
    }),
    [trail],
  );
}

/** Runs work, says how it failed, and lets every screen look again. */
function usePerform(say: Say, openDialog: Shell["openDialog"]): Shell["perform"] {
  const { ticker } = useCore();
  const { columns } = useTerminal();
  const room = useRef(columns);
  room.current = columns;
  return useCallback(
    (work) => {
      const done = busy.begin();
      Promise.resolve()
        .then(work)
        .catch((error: unknown) => {
          const text = explain(error);
          // What does not fit into the line is cut there, and most of all what to do about it.
          if (error instanceof CastellanError && columnsOf(text) > room.current - TOAST_EDGE)
            openDialog((close) => <FailureDialog error={error} close={close} />);
          else say("error", text);
        })
        .finally(() => {
          ticker.bump();
          done();
        });
    },
    [ticker, say, openDialog],
  );
}

/** Columns that a message has before its text. */
const TOAST_EDGE = 4;

/** What is done with the terminal itself. */
function useTerminalOf(say: Say, jobs: Jobs): Pick<Shell, "copy" | "redraw" | "suspend" | "quit"> {
  const core = useCore();
  const { exit } = useApp();
  const suspend = useSuspend();
  const [, setDrawn] = useState(0);
  const tools = useRef({ exit, suspend });
  tools.current = { exit, suspend };
  return useMemo(
    () => ({
      copy(text, what) {
        const sequence = clipboardSequence(text);
        if (sequence === undefined) return say("warn", `${what} is too long for the terminal's clipboard`);
        core.writeRaw(sequence);
        say("info", `${what} sent to the clipboard of your terminal (OSC 52)`);
      },
      redraw() {
        core.wipe?.();
        // Any commit draws the frame again, in full after a wipe.
        setDrawn((count) => count + 1);
      },
      suspend: () => void tools.current.suspend(stopUntilContinued),
      quit() {
        const change = jobs.get("change");
        if (change === undefined) tools.current.exit();
        else say("warn", `${change.title} is being made: leave when it is done`);
      },
    }),
    [say, jobs, core],
  );
}

/** Stops this process as the shell expects it; comes back with SIGCONT. */
function stopUntilContinued(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGCONT", () => resolve());
    process.kill(process.pid, "SIGTSTP");
  });
}

/** What a failure looks like in one line: what, why, what to do. */
function explain(error: unknown): string {
  if (!(error instanceof CastellanError)) return `unexpected: ${(error as Error).message ?? String(error)}`;
  return error.hint === "" ? error.message : `${error.message} (${error.hint})`;
}
