import { type Check, defineCheck } from "../check.ts";
import { WEB_LOGS, type WebLog } from "../facts/web-logs.ts";
import { type Problem, warningAt, weigh } from "./weigh.ts";

const OTHERS_READ = 0o004;

const logs = defineCheck({
  id: "WEB-06",
  area: "web",
  title: "Web logs kept, and kept to themselves",
  why:
    "Without an access log nobody can tell how an intruder came in or what he took, and fail2ban sees nothing. A log " +
    "that every account can read gives customers the visitors, and at times the session tokens, of their neighbours.",
  remedy:
    "Take out access_log off; and error_log … debug; chmod 0640 the log files, chown root:adm (Debian's logrotate " +
    "keeps that: create 0640 www-data adm).",
  source: "Lynis HTTP-6712, HTTP-6714, HTTP-6716; OWASP Logging Cheat Sheet",
  gives: ["passed", "warning"],
  facts: [WEB_LOGS],
  judge(all) {
    if (all === null) return null;
    return weigh(all.flatMap(logProblems), {
      summary: "Access and error logs are written and closed to others",
      evidence: all.map(({ at, path }) => `${at}: ${path}`),
    });
  },
});

function logProblems({ kind, at, path, level, file, isOpenFolder }: WebLog): Problem[] {
  if (path === null) return [warningAt(`The ${kind} log is off`, `${at}: ${kind} log off`)];
  const isOpen = file !== null && isOpenFolder && (file.mode & OTHERS_READ) !== 0;
  return [
    ...(level !== null && /^(debug|trace\d?)/.test(level)
      ? [warningAt("An error log at debug level", `${at}: ${level}`)]
      : []),
    ...(isOpen
      ? [warningAt("Everybody can read a web log", `${at}: ${path} is 0${(file.mode & 0o777).toString(8)}`)]
      : []),
  ];
}

export const WEB_LOG_CHECKS: readonly Check[] = [logs];
