import { useState } from "react";
import { expect, test } from "vitest";
import { InputProvider, useSuspend } from "../../components/input/InputProvider.tsx";
import { Layer } from "../../components/input/Layer.tsx";
import { bindKeys, useKeys, usePasteTarget } from "../../components/input/useKeys.ts";
import { Line } from "../../components/Line.tsx";
import { TerminalProvider } from "../../components/Terminal.tsx";
import { createBusyCounter } from "../../src/terminal/busy.ts";
import { FULL_CAPABILITIES } from "../../src/terminal/capabilities.ts";
import { openTerminal } from "../support/terminal.tsx";

function Probe({ scope = "pane" as const, onKey = (_name: string): boolean => true }) {
  const [seen, setSeen] = useState("");
  useKeys(scope, (key) => {
    if (!onKey(key.name)) return false;
    setSeen(`${seen}${key.name} `);
    return true;
  });
  return <Line width={70}>{`seen: ${seen}`}</Line>;
}

test("handlers see the state that the key before has made, also in one burst", async () => {
  const app = await openTerminal(<Probe />);
  await app.send("abc\r");
  expect(app.screen()[0]).toBe("seen: a b c enter");
  await app.unmount();
});

test("Esc is a key after its wait, and idle waits for it", async () => {
  const app = await openTerminal(<Probe />, { input: { escapeWait: 25 } });
  await app.send("a\u001b");
  expect(app.screen()[0]).toBe("seen: a esc");
  await app.unmount();
});

test("onFirst sees keys before a dialog does", async () => {
  const first: string[] = [];
  const app = await openTerminal(
    <Layer>
      <Probe />
    </Layer>,
    {
      input: {
        onFirst: (key) => {
          first.push(key.name);
          return key.name === "ctrl+c";
        },
      },
    },
  );
  await app.press("a", "ctrl+c");
  expect(first).toEqual(["a", "ctrl+c"]);
  expect(app.screen()[0]).toBe("seen: a");
  await app.unmount();
});

function Pasted() {
  const [text, setText] = useState("");
  const [active, setActive] = useState(true);
  usePasteTarget(({ paste, truncated }) => setText(`${paste.length}${truncated ? " cut" : ""}`), active);
  useKeys("pane", bindKeys({ x: () => setActive(false) }));
  return <Line width={40}>{`pasted: ${text}`}</Line>;
}

test("a paste reaches the field that has the focus; without one the app is told", async () => {
  let stray = 0;
  const app = await openTerminal(<Pasted />, {
    input: {
      onStrayPaste: () => {
        stray += 1;
      },
    },
  });
  await app.paste("x".repeat(2_000_000));
  expect(app.screen()[0]).toBe("pasted: 1048576 cut");
  await app.press("x");
  await app.paste("xyz");
  expect(stray).toBe(1);
  expect(app.screen()[0]).toBe("pasted: 1048576 cut");
  await app.unmount();
});

test("bindKeys takes only its own names, not those of Object", () => {
  const handler = bindKeys({ j: () => undefined });
  expect(handler({ name: "j", text: "j" })).toBe(true);
  expect(handler({ name: "toString", text: "" })).toBe(false);
});

test("a handler that throws ends the app with that error and the terminal restored", async () => {
  const app = await openTerminal(
    <Probe
      onKey={() => {
        throw new Error("broken handler");
      }}
    />,
  );
  app.stdin.send("a");
  await expect(app.instance.waitUntilExit()).rejects.toThrow("broken handler");
  expect(app.stdin.raw).toBe(false);
  expect(app.rawBytes()).toContain("\u001b[?1049l");
});

test("bytes that split a UTF-8 character are put together again", async () => {
  const app = await openTerminal(<Probe />);
  const bytes = Buffer.from("é");
  app.stdin.emit("data", bytes.subarray(0, 1));
  app.stdin.emit("data", bytes.subarray(1));
  await app.waitForIdle();
  expect(app.screen()[0]).toBe("seen: é");
  await app.unmount();
});

test("the app hears when the terminal is gone", async () => {
  let closed = 0;
  const app = await openTerminal(<Probe />, {
    input: {
      onClosed: () => {
        closed += 1;
      },
    },
  });
  app.stdin.emit("end");
  expect(closed).toBe(1);
  await app.unmount();
});

function Suspender({ onSuspended }: { readonly onSuspended: () => void }) {
  const suspend = useSuspend();
  useKeys("global", bindKeys({ z: () => void suspend(onSuspended) }));
  return <Probe onKey={(name) => name !== "z"} />;
}

test("while the terminal is lent to somebody else nothing reads it, and afterwards all is as before", async () => {
  const during: unknown[] = [];
  const app = await openTerminal(
    <Suspender
      onSuspended={() => {
        during.push(
          app.stdin.raw,
          app.stdin.listenerCount("data"),
          /\?2004l[\s\S]*\?1049l/.test(app.rawBytes()),
        );
        app.stdin.send("typed into the editor");
      }}
    />,
  );
  await app.press("a", "z");
  await app.waitForIdle();
  expect(during).toEqual([false, 0, true]);
  await app.press("b");
  expect(app.screen()[0]).toBe("seen: a b");
  expect(app.stdin.raw).toBe(true);
  await app.unmount();
});

test("input that is not worked off yet counts as busy", async () => {
  const busy = createBusyCounter();
  const counts: number[] = [];
  const app = await openTerminal(
    <TerminalProvider capabilities={FULL_CAPABILITIES}>
      <InputProvider busy={busy} escapeWait={5}>
        <Probe
          onKey={() => {
            counts.push(busy.count);
            return true;
          }}
        />
      </InputProvider>
    </TerminalProvider>,
    { providers: false, busy },
  );
  app.stdin.send("ab");
  expect(busy.count).toBe(1);
  await app.waitForIdle();
  app.stdin.send("\u001b");
  expect(busy.count).toBe(1);
  await app.waitForIdle();
  expect(busy.count).toBe(0);
  expect(app.screen()[0]).toBe("seen: a b esc");
  await app.unmount();
});
