import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChangeDraft } from "../change.ts";
import { OWN_FILES } from "../own/paths.ts";
import type { Stage } from "./stage.ts";

/** Whether a draft writes the TLS settings that sites include. */
export function includesSnippet({ files = [] }: ChangeDraft): boolean {
  return files.some(({ path, content }) => path === OWN_FILES.nginxTls && content !== null);
}

/** A configuration that holds nothing but those settings: until a site includes them nginx would not look at them. */
export function snippetMain(stage: Stage): string {
  const path = join(stage.folder, "snippet.conf");
  const written = (name: string): string => join(stage.folder, "written", name);
  writeFileSync(
    path,
    `pid ${written("snippet-pid")};
error_log ${written("snippet-errors")};
events {}
http {
  access_log off;
  include ${stage.path(OWN_FILES.nginxTls)};
}
`,
    { mode: 0o600 },
  );
  return path;
}
