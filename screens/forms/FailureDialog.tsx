import { Dialog } from "../../components/Dialog.tsx";
import type { CastellanError } from "../../src/errors.ts";

/** What went wrong, whole: what sshd or nginx said does not fit into one line. */
export function FailureDialog(props: { readonly error: CastellanError; readonly close: () => void }) {
  const { message, hint } = props.error;
  return (
    <Dialog
      title="Not done"
      tone="danger"
      body={[message, ...(hint === "" ? [] : ["", hint])]}
      choices={[]}
      cancelLabel="Close"
      onChoose={props.close}
      onCancel={props.close}
    />
  );
}
