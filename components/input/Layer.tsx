import { type ReactNode, useLayoutEffect, useState } from "react";
import { LayerContext, useInputRoot } from "./context.ts";

/** While mounted, only what stands inside it gets keys and pastes. The newest layer wins. */
export function Layer({ children }: { readonly children: ReactNode }) {
  const { dispatcher } = useInputRoot();
  const [layer] = useState(() => dispatcher.nextOrder());
  useLayoutEffect(() => dispatcher.openLayer(layer), [dispatcher, layer]);
  return <LayerContext value={layer}>{children}</LayerContext>;
}
