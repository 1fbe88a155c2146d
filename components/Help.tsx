import { EntryPicker } from "./EntryPicker.tsx";
import type { EntrySpec } from "./entryFilter.ts";
import { Layer } from "./input/Layer.tsx";

/** What {@link Help} and Palette take. */
export interface OverlayProps {
  readonly entries: readonly EntrySpec[];
  /** the entry was chosen; the caller closes the overlay and runs it */
  readonly onRun: (id: string) => void;
  readonly onClose: () => void;
}

/** `?`: everything that can be done here, searchable; Enter does it. What cannot be done now says why. */
export function Help({ title = "Help", ...props }: OverlayProps & { readonly title?: string }) {
  return (
    <Layer>
      <EntryPicker {...props} title={title} label="?" placeholder="type to search, Enter runs" most={40} />
    </Layer>
  );
}
