import fc from "fast-check";
import { Box } from "ink";
import type { ReactNode } from "react";
import { afterEach, describe, expect, test } from "vitest";
import { Banner } from "../../components/Banner.tsx";
import { type Column, DataTable, tableRows } from "../../components/DataTable.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Form } from "../../components/Form.tsx";
import { Help } from "../../components/Help.tsx";
import { KeyHints } from "../../components/KeyHints.tsx";
import { Line } from "../../components/Line.tsx";
import { Lines } from "../../components/Lines.tsx";
import { Meter } from "../../components/Meter.tsx";
import { Palette } from "../../components/Palette.tsx";
import { Panel, panelInner } from "../../components/Panel.tsx";
import { Placeholder } from "../../components/Placeholder.tsx";
import { Screen } from "../../components/Screen.tsx";
import { Sparkline } from "../../components/Sparkline.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { TextFieldLine } from "../../components/TextField.tsx";
import { Toast } from "../../components/Toast.tsx";
import { startTextField } from "../../components/textField.ts";
import { useList } from "../../components/useList.ts";
import { hostileText } from "../support/hostile.ts";
import { strayControls } from "../support/rawBytes.ts";
import { openTerminal, type TestTerminal } from "../support/terminal.tsx";

interface Size {
  readonly width: number;
  readonly height: number;
}
type Draw = (text: string, size: Size) => ReactNode;

const nothing = () => undefined;
const COLUMNS: readonly Column<string>[] = [
  { id: "a", title: "Name", flex: 1, min: 6, priority: 2, render: (row) => row },
  { id: "b", title: "Again", width: 12, align: "right", render: (row) => [{ text: row, tone: "crit" }, row] },
];

function Table({ text, width, height }: Size & { readonly text: string }) {
  const list = useList({ rows: [text, `${text}2`, "root"], rowKey: (row) => row, page: tableRows(height) });
  return <DataTable list={list} columns={COLUMNS} width={width} height={height} marks={new Set([text])} />;
}

/** Pictures that fill exactly the size they are given. */
const SIZED: Readonly<Record<string, Draw>> = {
  DataTable: (text, size) => <Table text={text} {...size} />,
  Placeholder: (text, size) => <Placeholder notice={{ kind: "failed", title: text, hint: text }} {...size} />,
  Panel: (text, size) => (
    <Panel title={text} right={text} {...size}>
      <Placeholder notice={{ kind: "empty", title: text }} {...panelInner(size.width, size.height)} />
    </Panel>
  ),
  Lines: (text, size) => (
    <Lines
      entries={[
        { label: text },
        { label: text, value: text },
        { label: "b", value: [{ text, tone: "ok" }, text] },
      ]}
      {...size}
    />
  ),
  Sparkline: (text, size) => <Sparkline values={[...text].map((_, index) => index)} {...size} />,
  Form: (text, size) => (
    <Form
      fields={[
        { kind: "text", id: "name", label: text, hint: text, placeholder: text },
        { kind: "choice", id: "role", label: "Role", options: [{ id: "x", label: text }] },
        { kind: "check", id: "on", label: "On" },
      ]}
      initial={{ name: text, role: "x", on: true }}
      errors={{ role: text }}
      submitLabel={text}
      onSubmit={nothing}
      onCancel={nothing}
      {...size}
    />
  ),
};

/** Pictures of one line. */
const LINES: Readonly<Record<string, Draw>> = {
  Line: (text, { width }) => (
    <Line width={width} right={text}>
      {[text, { text, tone: "crit" }]}
    </Line>
  ),
  Banner: (text, { width }) => <Banner banner={{ tone: "alarm", text, hint: text }} width={width} />,
  Toast: (text, { width }) => <Toast toast={{ level: "error", text }} width={width} />,
  Tabs: (text, { width }) => (
    <Tabs
      tabs={[
        { id: "a", key: "1", title: text, badge: text },
        { id: "b", key: "2", title: "b" },
      ]}
      active="a"
      width={width}
    />
  ),
  KeyHints: (text, { width }) => <KeyHints hints={[{ keys: ["enter"], title: text }]} width={width} />,
  Meter: (_text, { width }) => <Meter strength="medium" width={width} />,
  TextFieldLine: (text, { width }) => (
    <TextFieldLine state={startTextField(text)} label="/" width={width} placeholder={text} />
  ),
};

/** Pictures that lie over the middle of what is there. */
const OVERLAYS: Readonly<Record<string, Draw>> = {
  Dialog: (text) => (
    <Dialog
      title={text}
      body={[text, [{ text, tone: "warn" }], text]}
      choices={[{ id: "go", label: text.slice(0, 20) }]}
      confirmWord="word"
      tone="danger"
      onChoose={nothing}
      onCancel={nothing}
    />
  ),
  Help: (text) => (
    <Help
      entries={[{ id: "x", title: text, keys: [text], group: text, description: text, disabled: text }]}
      onRun={nothing}
      onClose={nothing}
    />
  ),
  Palette: (text) => (
    <Palette entries={[{ id: "x", title: text, aliases: [text] }]} onRun={nothing} onClose={nothing} />
  ),
  Screen: (text, size) => (
    <Screen
      name={text}
      host={text}
      safety={{ text, tone: "ok" }}
      badges={[{ text }]}
      tabs={[{ id: "a", key: "1", title: text }]}
      active="a"
      banner={{ tone: "warn", text }}
      status={text}
      statusRight={text}
      hints={[{ keys: ["q"], title: text }]}
      onQuit={nothing}
    >
      <Line width={size.width}>{text}</Line>
    </Screen>
  ),
};

let open: TestTerminal | undefined;
afterEach(async () => {
  await open?.unmount();
  open = undefined;
});

/** The picture with a fence around it: if it is too wide, too narrow or too high, the fence is not straight. */
function Fenced({ children, width, height }: Size & { readonly children: ReactNode }) {
  return (
    <Box flexDirection="column">
      <Box>
        <Box flexDirection="column" width={width}>
          {children}
        </Box>
        <Box flexDirection="column">
          {Array.from({ length: height }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
            <Line key={row} width={1}>
              #
            </Line>
          ))}
        </Box>
      </Box>
      <Line width={width + 1}>{"#".repeat(width + 1)}</Line>
    </Box>
  );
}

async function expectStraightFence(draw: Draw, text: string, size: Size): Promise<void> {
  open ??= await openTerminal(<Line width={1} />, { columns: 130, rows: 45 });
  const { width, height } = size;
  await open.rerender(
    <Fenced key={`${width}x${height}:${text}`} {...size}>
      {draw(text, size)}
    </Fenced>,
  );
  const screen = open.screen();
  expect(screen.slice(0, height).map((row) => [row.length, row.at(-1)])).toEqual(
    Array.from({ length: height }, () => [width + 1, "#"]),
  );
  expect(screen.slice(height)).toEqual(["#".repeat(width + 1), ...Array(44 - height).fill("")]);
  expect(strayControls(open.rawBytes())).toEqual([]);
  open.clearBytes();
}

const sizes = fc.record({
  width: fc.integer({ min: 10, max: 120 }),
  height: fc.integer({ min: 3, max: 40 }),
});

describe("exactly as wide and as high as asked for, and nothing hostile gets through", () => {
  test.each(Object.entries(SIZED))("%s", async (_name, draw) => {
    await fc.assert(
      fc.asyncProperty(hostileText(), sizes, (text, size) => expectStraightFence(draw, text, size)),
      { numRuns: 40 },
    );
  });

  test.each(Object.entries(LINES))("%s", async (_name, draw) => {
    await fc.assert(
      fc.asyncProperty(hostileText(), fc.integer({ min: 6, max: 120 }), (text, width) =>
        expectStraightFence(draw, text, { width, height: 1 }),
      ),
      { numRuns: 40 },
    );
  });
});

describe("nothing hostile gets through, and the screen keeps its size", () => {
  test.each(Object.entries(OVERLAYS))("%s", async (_name, draw) => {
    open = await openTerminal(<Line width={1} />);
    const app = open;
    const size = fc.record({
      width: fc.integer({ min: 20, max: 130 }),
      height: fc.integer({ min: 5, max: 45 }),
    });
    await fc.assert(
      fc.asyncProperty(hostileText(), size, async (text, { width, height }) => {
        await app.resize(width, height);
        await app.rerender(
          <Box key={text} width={width} height={height} overflow="hidden">
            {draw(text, { width, height })}
          </Box>,
        );
        expect(strayControls(app.rawBytes())).toEqual([]);
        app.clearBytes();
        expect(app.screen().every((row) => row.length <= width)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
