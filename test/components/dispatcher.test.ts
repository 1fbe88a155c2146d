import { expect, test } from "vitest";
import { createDispatcher, type KeyListener, type Scope } from "../../components/input/dispatcher.ts";

const J = { name: "j", text: "j" };

function setUp() {
  const dispatcher = createDispatcher();
  const asked: string[] = [];
  const listen = (
    name: string,
    scope: Scope,
    more: Partial<KeyListener> & { takes?: boolean } = {},
  ): symbol => {
    const id = Symbol(name);
    const { takes = false, ...rest } = more;
    const handler = () => {
      asked.push(name);
      return takes;
    };
    dispatcher.addKeys(id, {
      scope,
      handler,
      active: true,
      layer: 0,
      order: dispatcher.nextOrder(),
      ...rest,
    });
    return id;
  };
  return { dispatcher, asked, listen };
}

test("field, then pane, then global; inside a scope the newest first", () => {
  const { dispatcher, asked, listen } = setUp();
  listen("global", "global");
  listen("outer pane", "pane");
  listen("inner pane", "pane");
  listen("field", "field");
  expect(dispatcher.key(J)).toBe(false);
  expect(asked).toEqual(["field", "inner pane", "outer pane", "global"]);
});

test("the first that takes the key ends it", () => {
  const { dispatcher, asked, listen } = setUp();
  listen("global", "global");
  listen("pane", "pane", { takes: true });
  expect(dispatcher.key(J)).toBe(true);
  expect(asked).toEqual(["pane"]);
});

test("a listener that is not active is passed over", () => {
  const { dispatcher, asked, listen } = setUp();
  listen("pane", "pane");
  listen("field", "field", { active: false });
  dispatcher.key(J);
  expect(asked).toEqual(["pane"]);
});

test("below a dialog nothing is asked, even when the dialog leaves the key", () => {
  const { dispatcher, asked, listen } = setUp();
  listen("global", "global", { takes: true });
  listen("field", "field", { takes: true });
  listen("dialog", "dialog");
  expect(dispatcher.key(J)).toBe(false);
  expect(asked).toEqual(["dialog"]);
});

test("in a layer its own field comes before its dialog, and nothing outside is asked", () => {
  const { dispatcher, asked, listen } = setUp();
  listen("pane below", "pane", { takes: true });
  const layer = dispatcher.nextOrder();
  const close = dispatcher.openLayer(layer);
  listen("buttons", "dialog", { layer });
  listen("word", "field", { layer });
  dispatcher.key(J);
  expect(asked).toEqual(["word", "buttons"]);
  close();
  asked.length = 0;
  dispatcher.key(J);
  expect(asked).toEqual(["pane below"]);
});

test("the newest layer shuts off the one below it", () => {
  const { dispatcher, asked, listen } = setUp();
  const first = dispatcher.nextOrder();
  dispatcher.openLayer(first);
  listen("first", "dialog", { layer: first });
  const second = dispatcher.nextOrder();
  const close = dispatcher.openLayer(second);
  dispatcher.key(J);
  expect(asked).toEqual([]);
  close();
  dispatcher.key(J);
  expect(asked).toEqual(["first"]);
});

test("a paste goes to the newest active field of the layer on top, or to nobody", () => {
  const dispatcher = createDispatcher();
  const got: string[] = [];
  const target = (name: string, layer: number, active = true) =>
    dispatcher.addPaste(Symbol(name), {
      handler: ({ paste }) => got.push(`${name}:${paste}`),
      active,
      layer,
      order: dispatcher.nextOrder(),
    });
  const paste = (text: string) => dispatcher.paste({ paste: text, truncated: false });
  expect(paste("0")).toBe(false);
  target("first", 0);
  target("second", 0);
  target("off", 0, false);
  expect(paste("1")).toBe(true);
  const layer = dispatcher.nextOrder();
  const close = dispatcher.openLayer(layer);
  expect(paste("2")).toBe(false);
  close();
  expect(paste("3")).toBe(true);
  expect(got).toEqual(["second:1", "second:3"]);
});

test("a listener that is gone hears nothing", () => {
  const { dispatcher, asked, listen } = setUp();
  dispatcher.remove(listen("pane", "pane"));
  dispatcher.key(J);
  expect(asked).toEqual([]);
});
