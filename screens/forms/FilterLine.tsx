import { TextFieldLine, useTextField } from "../../components/TextField.tsx";

/** The line in which a filter is typed: the list follows each letter, Enter keeps it, Esc takes it away. */
export function FilterLine(props: {
  readonly filter: string;
  readonly width: number;
  readonly placeholder: string;
  readonly onFilter: (text: string) => void;
  readonly onTyped: () => void;
}) {
  const { filter, width, placeholder, onFilter, onTyped } = props;
  const [state] = useTextField({
    initial: filter,
    max: 128,
    onChange: onFilter,
    onSubmit: onTyped,
    onCancel: () => {
      onFilter("");
      onTyped();
    },
  });
  return <TextFieldLine state={state} width={width} label=" /" placeholder={placeholder} />;
}
