import { Box } from "ink";
import { useState } from "react";
import { Blank } from "../../components/Blank.tsx";
import { Form, type FormProps, type FormValues } from "../../components/Form.tsx";
import { Line } from "../../components/Line.tsx";
import { useBody } from "../../components/Screen.tsx";
import { CastellanError } from "../../src/errors.ts";
import type { Content } from "../../src/terminal/line.ts";
import { wrap } from "../../src/terminal/text.ts";
import type { Tone } from "../../src/terminal/theme.ts";
import { useShell } from "../app/shell.tsx";
import { layForm } from "./formLayout.ts";

/** What a {@link FormPage} takes. */
export interface FormPageProps<Values extends FormValues>
  extends Pick<
    FormProps<Values>,
    "fields" | "initial" | "note" | "submitLabel" | "cancelLabel" | "onCancel"
  > {
  readonly title: Content;
  /** What this is about, in a few lines. */
  readonly lead?: readonly string[];
  /** The command line that does the same; secrets never stand in it. */
  readonly command?: (values: Values) => string;
  readonly onChange?: ((values: Values) => void) | undefined;
  /** Does it; a refusal of the core is shown below the form, which stays as it is. */
  readonly onSubmit: (values: Values) => void | Promise<void>;
  /** What is to be said below the form while nothing was refused, such as what a password still lacks. */
  readonly aside?: string | undefined;
  /** What was refused after the form had been answered, such as behind a dialog. */
  readonly refusal?: CastellanError | undefined;
}

const MARGIN = 2;
const MOST_WIDTH = 88;

/** A form that fills the body: title, explanation, fields, what was refused and why, the command line. */
export function FormPage<Values extends FormValues>(props: FormPageProps<Values>) {
  const { width, height } = useBody();
  const [values, setValues] = useState(props.initial);
  const { refusal, working, submit } = useSubmit(props.onSubmit);
  const inner = Math.max(0, Math.min(width - 2 * MARGIN, MOST_WIDTH));
  const lead = (props.lead ?? []).flatMap((paragraph) => wrap(paragraph, inner));
  const layout = layForm(height, props.fields.length, lead.length);
  const { title, lead: _lead, command, onSubmit: _submit, refusal: told, aside, ...form } = props;
  return (
    <Box width={width} height={height} flexDirection="column" overflow="hidden">
      <Box marginLeft={MARGIN} width={inner} height={height} flexDirection="column" overflow="hidden">
        <Line width={inner} tone="heading">
          {title}
        </Line>
        {layout.lead > 0 && <Lead lines={lead} width={inner} />}
        <Form
          {...form}
          width={inner}
          height={layout.form}
          active={!working}
          onChange={(next) => {
            setValues(next);
            props.onChange?.(next);
          }}
          onSubmit={submit}
        />
        <Below
          width={inner}
          height={layout.below}
          refusal={refusal ?? told}
          aside={working ? "Working …" : aside}
          command={command?.(values)}
        />
      </Box>
    </Box>
  );
}

function Lead({ lines, width }: { readonly lines: readonly Content[]; readonly width: number }) {
  return (
    <>
      <Line width={width} />
      <Rows rows={lines} width={width} />
      <Line width={width} />
    </>
  );
}

/** What became of it at the top, the command line at the bottom. */
function Below(props: {
  readonly width: number;
  readonly height: number;
  readonly refusal: CastellanError | undefined;
  readonly aside: string | undefined;
  readonly command: string | undefined;
}) {
  const { width, height, refusal, aside = "", command } = props;
  if (height <= 0) return null;
  const told = refusal === undefined ? wrap(aside, width).map(muted) : refusalLines(refusal, width);
  const rows = refusal === undefined && aside === "" ? [] : told.slice(0, Math.max(0, height - 1));
  // The command line stands whole or not at all: half of it would do something else.
  const whole = command === undefined ? [] : wrap(`$ ${command}`, width).map(muted);
  const last = whole.length + rows.length + 1 <= height ? whole : [];
  const gap = height - 1 - rows.length - last.length;
  return (
    <>
      <Line width={width} />
      <Rows rows={rows} width={width} />
      <Blank width={width} height={gap} />
      <Rows rows={last} width={width} />
    </>
  );
}

function Rows({ rows, width }: { readonly rows: readonly Content[]; readonly width: number }) {
  return rows.map((row, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
    <Line key={index} width={width}>
      {row}
    </Line>
  ));
}

function muted(text: string) {
  return { text, tone: "muted" as const };
}

function refusalLines({ message, hint }: CastellanError, width: number) {
  const lines = (text: string, tone: Tone) => wrap(text, width).map((line) => ({ text: line, tone }));
  const what = lines(`! ${message}`, "crit");
  return [...what, ...(hint === "" ? [] : lines(`  ${hint}`, "text"))];
}

/** Runs the submit of a form through the app, keeps what the core refused, and says while it works. */
function useSubmit<Values>(onSubmit: (values: Values) => void | Promise<void>) {
  const shell = useShell();
  const [refusal, setRefusal] = useState<CastellanError>();
  const [working, setWorking] = useState(false);
  const submit = (values: Values): void => {
    setWorking(true);
    setRefusal(undefined);
    shell.perform(async () => {
      try {
        await onSubmit(values);
      } catch (error) {
        if (!(error instanceof CastellanError)) throw error;
        setRefusal(error);
      } finally {
        setWorking(false);
      }
    });
  };
  return { refusal, working, submit };
}
