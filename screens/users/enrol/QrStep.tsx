import { Box } from "ink";
import { Line } from "../../../components/Line.tsx";
import { QrCode, qrSize } from "../../../components/QrCode.tsx";
import { useBody } from "../../../components/Screen.tsx";
import { useTerminal } from "../../../components/Terminal.tsx";
import type { Content } from "../../../src/terminal/line.ts";
import type { Enrolment } from "../../../src/twofactor/types.ts";
import { layQr } from "./qrLayout.ts";
import { hiddenLines, sideLines } from "./qrText.ts";

/** The QR code, black on white, with the key beside it; where it does not fit, the key alone. */
export function QrStep(props: { readonly enrolment: Enrolment; readonly now: number }) {
  const body = useBody();
  const { halfBlocks, columns, rows } = useTerminal();
  const { enrolment } = props;
  const size = qrSize(enrolment.uri);
  const layout = layQr(body, size);
  if (!halfBlocks || layout.kind === "hidden") {
    const why =
      layout.kind === "hidden"
        ? `This terminal has ${columns}x${rows}: enlarge it to at least ${layout.columns}x${layout.rows} to see the QR code.`
        : "This terminal cannot draw a QR code: it does not speak UTF-8.";
    return <Lines lines={hiddenLines(props, why, body.width)} {...body} />;
  }
  const { left, top, side } = layout;
  return (
    <Box width={body.width} height={body.height} overflow="hidden">
      <Box marginLeft={left} marginTop={top} width={size.columns} height={size.rows}>
        <QrCode payload={enrolment.uri} width={size.columns} height={size.rows} />
      </Box>
      <Box marginLeft={2} marginTop={top} width={side} height={size.rows}>
        <Lines lines={sideLines(props, side, size.rows)} width={side} height={size.rows} />
      </Box>
    </Box>
  );
}

function Lines(props: {
  readonly lines: readonly Content[];
  readonly width: number;
  readonly height: number;
}) {
  const { lines, width, height } = props;
  return (
    <Box width={width} height={height} flexDirection="column" overflow="hidden">
      {Array.from({ length: height }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={row} width={width}>
          {lines[row] ?? ""}
        </Line>
      ))}
    </Box>
  );
}
