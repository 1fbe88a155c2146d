import { useCallback, useEffect, useState } from "react";
import type { Tone } from "../src/terminal/theme.ts";
import { Line } from "./Line.tsx";

/** A short message about what has just happened. */
export interface ToastSpec {
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

const LOOKS: Readonly<Record<ToastSpec["level"], { tone: Tone; shape: string }>> = {
  info: { tone: "ok", shape: "+" },
  warn: { tone: "warn", shape: "!" },
  error: { tone: "crit", shape: "!!" },
};

/** Draws a message in one line. */
export function Toast({ toast, width }: { readonly toast: ToastSpec; readonly width: number }) {
  const { tone, shape } = LOOKS[toast.level];
  return <Line width={width} tone={tone}>{` ${shape} ${toast.text}`}</Line>;
}

/** How long info and warnings stay, in milliseconds. */
export const TOAST_MS = 6_000;

/** Holds the message that is shown now. */
export interface ToastControl {
  readonly toast: ToastSpec | undefined;
  readonly show: (toast: ToastSpec) => void;
  /** call it with every key: an error stays until then */
  readonly dismiss: () => void;
  /** What was said is over. */
  readonly clear: () => void;
}

/** One message at a time. Info and warnings leave by themselves, errors stay until `dismiss`. */
export function useToast(lifetime = TOAST_MS): ToastControl {
  const [toast, setToast] = useState<ToastSpec>();
  useEffect(() => {
    if (!toast || toast.level === "error") return;
    const timer = setTimeout(() => setToast(undefined), lifetime);
    return () => clearTimeout(timer);
  }, [toast, lifetime]);
  const dismiss = useCallback(() => setToast((now) => (now?.level === "error" ? undefined : now)), []);
  const clear = useCallback(() => setToast(undefined), []);
  return { toast, show: setToast, dismiss, clear };
}
