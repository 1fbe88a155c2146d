import { EntryPicker } from "./EntryPicker.tsx";
import type { OverlayProps } from "./Help.tsx";
import { Layer } from "./input/Layer.tsx";

/** `:`: go anywhere and do anything by name or alias. */
export function Palette(props: OverlayProps) {
  return (
    <Layer>
      <EntryPicker {...props} title="Go to or do" label=":" placeholder="name or alias" most={10} />
    </Layer>
  );
}
