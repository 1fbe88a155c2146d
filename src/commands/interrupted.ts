/** The person at the terminal pressed Ctrl-C at a question: the command ends without a word, with 130. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}
