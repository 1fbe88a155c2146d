import type { DraftFile, FileImage } from "./change.ts";

/** The bytes that a draft wants in a file; null: the file is to go. */
export function draftBytes({ content, encoding = "utf8" }: DraftFile): Buffer | null {
  return content === null ? null : Buffer.from(content, encoding);
}

/** The image as text, for diffs: what is no UTF-8 shows U+FFFD. null: no such file. */
export function imageText(image: FileImage | null): string | null {
  return image === null ? null : Buffer.from(image.content, "base64").toString("utf8");
}

/** A draft file that returns exactly this image. */
export function draftOfImage(path: string, image: FileImage | null): DraftFile {
  if (image === null) return { path, content: null };
  const { content, mode, uid, gid } = image;
  const bytes = Buffer.from(content, "base64");
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(bytes);
  return {
    path,
    ...(isText ? { content: text } : { content, encoding: "base64" as const }),
    mode,
    uid,
    gid,
  };
}

/** Permission bits as they are written: 0644. */
export function modeText(mode: number): string {
  return `0${(mode & 0o7777).toString(8).padStart(3, "0")}`;
}
