import { createContext, useContext } from "react";
import type { Dispatcher } from "./dispatcher.ts";

/** What the root input offers to the components below it. */
export interface InputRoot {
  readonly dispatcher: Dispatcher;
  /** stops reading the terminal, so that a child process can; gives back the way to go on */
  readonly pause: () => () => void;
}

/** The root input. */
export const InputContext = createContext<InputRoot | undefined>(undefined);

/** The dialog layer that a component stands in; 0 is the screen itself. */
export const LayerContext = createContext(0);

/** The root input, which has to be mounted above. */
export function useInputRoot(): InputRoot {
  const root = useContext(InputContext);
  if (!root) throw new Error("keys need an InputProvider above them");
  return root;
}
