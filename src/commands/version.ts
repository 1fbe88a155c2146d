declare const CASTELLAN_VERSION: string | undefined;

/** The version of package.json, put in at build time; `0.0.0` when run from source. */
export const version: string = typeof CASTELLAN_VERSION === "string" ? CASTELLAN_VERSION : "0.0.0";
