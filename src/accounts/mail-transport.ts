import type { NoticeRow } from "../database/schema.ts";
import type { MailSettings } from "./mail-settings.ts";
import { headerText } from "./notices.ts";

/** Why a mail did not go out. */
export interface SendFailure {
  readonly reason: string;
  /** The server said no for good (5xx): trying again would not help. */
  readonly permanent: boolean;
  readonly unreachable: boolean;
}

/** A connection to a mail server. */
export interface Transport {
  send(row: NoticeRow, from: string): Promise<SendFailure | undefined>;
  close(): void;
}

/** Opens a way to the mail server; nothing is connected before the first mail. */
export async function openTransport({ host, port, security }: MailSettings): Promise<Transport> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    host: host ?? "",
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    tls: { rejectUnauthorized: security !== "opportunistic" },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    close: () => transport.close(),
    async send(row, from) {
      try {
        await transport.sendMail({
          from: { name: "castellan", address: from },
          to: { name: "", address: row.recipient },
          subject: row.subject,
          text: row.body,
          date: new Date(row.created_at),
          // The same for every try, so that a mail that came twice shows as one.
          messageId: `<castellan-notice-${row.id}-${row.created_at}@${from.split("@")[1]}>`,
          headers: { "Auto-Submitted": "auto-generated" },
        });
        return undefined;
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

function failureOf(error: unknown): SendFailure {
  const { message, responseCode } = error as { message?: string; responseCode?: number };
  const answered = responseCode !== undefined;
  return {
    reason: headerText(message ?? "unknown error"),
    permanent: answered && responseCode >= 500,
    unreachable: !answered,
  };
}
