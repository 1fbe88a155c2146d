import type { ChangeDraft, ChangeRecord, DriftedFile } from "../../src/changes/change.ts";

/**
 * What writes ours over an edit by hand: the file as the change that wrote it last had it, checked, activated and
 * confirmed as that change was. null: that change did not write it.
 */
export function restoreDraft(file: DriftedFile, record: ChangeRecord): ChangeDraft | null {
  const written = record.steps.find((step) => step.do === "file" && step.path === file.path);
  if (written?.do !== "file") return null;
  const { confirmSeconds, expect, services } = record.draft;
  const image = written.new;
  const content =
    image === null
      ? { content: null }
      : {
          content: image.content,
          encoding: "base64" as const,
          mode: image.mode,
          uid: image.uid,
          gid: image.gid,
        };
  return {
    kind: "change.restore",
    title: `Restore ${file.path}`,
    reason: `It was edited by hand since change ${record.id} wrote it.`,
    files: [{ path: file.path, ...content }],
    services,
    ...(confirmSeconds === undefined ? {} : { confirmSeconds }),
    ...(expect === undefined ? {} : { expect }),
  };
}
