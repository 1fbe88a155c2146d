/** The part of qrcode-terminal's encoder that is used; the package has no types of its own. */
declare module "qrcode-terminal/vendor/QRCode/index.js" {
  class QRCode {
    /** @param version 1 to 40, or -1 for the smallest that fits; @param level 1 L, 0 M, 3 Q, 2 H */
    constructor(version: number, level: number);
    /** Text whose characters are bytes (0 to 255). */
    addData(data: string): void;
    make(): void;
    getModuleCount(): number;
    isDark(row: number, column: number): boolean;
  }
  export = QRCode;
}
