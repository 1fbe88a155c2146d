/** The sequences that Ink and we make ourselves; nothing else may reach a terminal. */
const OWN_SEQUENCES = [
  /\u001b\[[\d;]*m/g, // colours and attributes
  /\u001b\[\?(?:25|1049|2004|2026)[hl]/g, // cursor, alternate screen, bracketed paste, synchronised output
  /\u001b\[\d*(?:;\d+)?[ABEGHJK]/g, // cursor moves and erasing
];

/** What is left of terminal output that is neither our own sequence, a line feed, nor a printable character. */
export function strayControls(bytes: string): string[] {
  const rest = OWN_SEQUENCES.reduce((text, own) => text.replace(own, ""), bytes);
  return (
    rest.match(
      /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{M}\p{Default_Ignorable_Code_Point}\p{Emoji_Presentation}]/gu,
    ) ?? []
  );
}
