import type { CheckCase } from "../../support/advised-host.ts";

const LISTENERS = "ss -H -tulpn";
const CPANEL =
  'tcp   LISTEN 0      45           0.0.0.0:2087      0.0.0.0:*    users:(("cpsrvd (SSL) - ",pid=812,fd=5))\n';
const WEBMIN =
  'tcp   LISTEN 0      4096         0.0.0.0:10000     0.0.0.0:*    users:(("miniserv.pl",pid=901,fd=6))\n';
const SSHD =
  'tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=700,fd=3))\n';

/** As s_client(1) of OpenSSL 3.0 ends a handshake. */
const tls = (code: string) => ({
  stdout: `CONNECTED(00000003)\n---\nNew, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\nVerify return code: ${code}\n---\n`,
});
/** And what it says of a listener that answers in plain text. */
const PLAIN = {
  exitCode: 1,
  stdout: "CONNECTED(00000003)\n---\nNew, (NONE), Cipher is (NONE)\nVerify return code: 0 (ok)\n---\n",
  stderr: "404764E02B7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl\n",
};
const asked = (port: number) => `openssl s_client -connect 127.0.0.1:${port} -noservername`;
const fetched = (port: number) =>
  `curl -s -o /dev/null -m 1 -w %{http_code} %{redirect_url} http://127.0.0.1:${port}/`;

export const CASES: readonly CheckCase[] = [
  {
    check: "PNL-12",
    rating: "passed",
    about: "TLS with a certificate that is trusted",
    host: { commands: { [LISTENERS]: { stdout: SSHD + CPANEL }, [asked(2087)]: tls("0 (ok)") } },
  },
  {
    check: "PNL-12",
    rating: "passed",
    about: "without TLS, but on loopback only",
    host: {
      commands: {
        [LISTENERS]: { stdout: WEBMIN.replace("0.0.0.0:10000", "127.0.0.1:10000") },
        [asked(10_000)]: PLAIN,
        [fetched(10_000)]: { stdout: "200 " },
      },
    },
  },
  {
    check: "PNL-12",
    rating: "passed",
    about: "a plain door that only sends on to https",
    host: {
      commands: {
        [LISTENERS]: { stdout: WEBMIN },
        [asked(10_000)]: PLAIN,
        [fetched(10_000)]: { stdout: "301 https://127.0.0.1:10000/" },
      },
    },
  },
  {
    check: "PNL-12",
    rating: "warning",
    about: "a certificate that it signed itself",
    host: {
      commands: { [LISTENERS]: { stdout: CPANEL }, [asked(2087)]: tls("18 (self-signed certificate)") },
    },
  },
  {
    check: "PNL-12",
    rating: "warning",
    about: "no TLS, and no curl to see whether it sends on",
    host: { commands: { [LISTENERS]: { stdout: WEBMIN }, [asked(10_000)]: PLAIN } },
  },
  {
    check: "PNL-12",
    rating: "critical",
    about: "asks for the password in plain text",
    host: {
      commands: {
        [LISTENERS]: { stdout: SSHD + WEBMIN },
        [asked(10_000)]: PLAIN,
        [fetched(10_000)]: { stdout: "401 " },
      },
    },
  },
  {
    check: "PNL-12",
    rating: "none",
    about: "no panel listens",
    host: { commands: { [LISTENERS]: { stdout: SSHD } } },
  },
  { check: "PNL-12", rating: "unknown", about: "ss is not installed", host: {} },
  {
    check: "PNL-12",
    rating: "unknown",
    about: "not root: ss names no process",
    host: { commands: { [LISTENERS]: { stdout: SSHD.replace(/users.*\n/, "\n") } } },
  },
  {
    check: "PNL-12",
    rating: "unknown",
    about: "the door does not answer",
    host: { commands: { [LISTENERS]: { stdout: CPANEL }, [asked(2087)]: "hang" } },
  },
];
