import type { FormValues } from "../../components/Form.tsx";
import { Frame, type FrameFacts } from "../app/Frame.tsx";
import { FormPage, type FormPageProps } from "./FormPage.tsx";

const HINTS = [
  { keys: ["tab"], title: "next" },
  { keys: ["enter"], title: "next, or do it" },
  { keys: ["esc"], title: "cancel" },
  { keys: ["space"], title: "change" },
  { keys: ["shift+tab"], title: "before" },
];

/** A form with the frame around it: every key belongs to the form. */
export function FormFrame<Values extends FormValues>({
  facts,
  bare = false,
  ...page
}: FormPageProps<Values> & { readonly facts: FrameFacts; readonly bare?: boolean }) {
  return (
    <Frame facts={facts} typing typingHints={HINTS} bare={bare}>
      <FormPage {...page} />
    </Frame>
  );
}
