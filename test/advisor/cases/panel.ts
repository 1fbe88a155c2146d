import { setTimeout as wait } from "node:timers/promises";
import { ScureBase32Plugin } from "otplib";
import type { AdvisedPanel } from "../../../src/advisor/fact.ts";
import { codeAt } from "../../../src/twofactor/codes.ts";
import { stepOf } from "../../../src/twofactor/steps.ts";
import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { ALICE, DAY_MS, openPanelRoom, type PanelRoom } from "../room.ts";

/** bcrypt of `correct horse battery staple`, made by htpasswd -B. */
const BCRYPT_12 = "$2y$12$K6G1zLdS7mDkY4q0o3V4/OoKq1oWz8m8h5c0xY1vJr0m7Tq0G9yUe";
const SHA512 =
  "$6$rounds=5000$saltsaltsaltsalt$uMB1BEPUDhPVQQuhpVYRLRmPcD1qUJVCZPvJvE9LzGzfIMQ2Hs9jv5CtyVLRsZmSqN7ZyYrBKuF3qTZRnHJ2J0";

/** A panel in which `prepare` was done. */
function panel(
  prepare: (room: PanelRoom) => Promise<unknown>,
  change: (made: AdvisedPanel) => AdvisedPanel = (made) => made,
): () => Promise<FixtureSpec> {
  return async () => {
    const room = await openPanelRoom();
    await prepare(room);
    return { panel: change(room.panel), now: room.time.now };
  };
}

const nothing = async (): Promise<void> => {};
/** Without a panel nothing of it is known. */
const NOT_OPEN: FixtureSpec = { panel: null };

async function account(
  { castellan }: PanelRoom,
  name: string,
  role: "admin" | "reseller" | "customer",
  passwordHash: string | null = BCRYPT_12,
): Promise<void> {
  await castellan.accounts.create(ALICE, { name, role, passwordHash });
}

async function withFactor(room: PanelRoom, name: string): Promise<void> {
  const { secret } = await room.castellan.twoFactor.enrol(ALICE, name);
  const code = codeAt(new ScureBase32Plugin().decode(secret), stepOf(room.time.now));
  await room.castellan.twoFactor.confirm(ALICE, name, code);
}

const set = (room: PanelRoom, sql: string): unknown => room.castellan.database.sqlite.exec(sql);

const FACTORS: readonly CheckCase[] = [
  {
    check: "PNL-01",
    rating: "passed",
    about: "every administrator who can sign in has one; a suspended one and a customer need none",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await withFactor(room, "bob");
      await account(room, "carol", "admin");
      await room.castellan.accounts.suspend(ALICE, "carol");
      await account(room, "dave", "customer");
    }),
  },
  {
    check: "PNL-01",
    rating: "critical",
    about: "one of two administrators has none",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await withFactor(room, "bob");
      await account(room, "carol", "admin");
    }),
  },
  {
    check: "PNL-01",
    rating: "critical",
    about: "enrolled, but never proven by a code",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await room.castellan.twoFactor.enrol(ALICE, "bob");
    }),
  },
  { check: "PNL-01", rating: "none", about: "nobody can sign in to the panel", host: panel(nothing) },
  { check: "PNL-01", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  {
    check: "PNL-02",
    rating: "passed",
    about: "required of administrators and resellers since yesterday",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await room.castellan.twoFactor.setPolicy(ALICE, {
        enforce: "admins_resellers",
        requiredFrom: room.time.now - DAY_MS,
      });
    }),
  },
  {
    check: "PNL-02",
    rating: "warning",
    about: "the banner only",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await room.castellan.twoFactor.setPolicy(ALICE, { enforce: "all" });
    }),
  },
  {
    check: "PNL-02",
    rating: "warning",
    about: "resellers are left out",
    host: panel(async (room) => {
      await account(room, "bob", "reseller");
      await account(room, "carol", "admin");
      await room.castellan.twoFactor.setPolicy(ALICE, { enforce: "admins", requiredFrom: 0 });
    }),
  },
  {
    check: "PNL-02",
    rating: "warning",
    about: "required from next week",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await room.castellan.twoFactor.setPolicy(ALICE, {
        enforce: "all",
        requiredFrom: room.time.now + 7 * DAY_MS,
      });
    }),
  },
  {
    check: "PNL-02",
    rating: "critical",
    about: "nobody must have one",
    host: panel((room) => account(room, "bob", "admin")),
  },
  { check: "PNL-02", rating: "none", about: "nobody can sign in to the panel", host: panel(nothing) },
  { check: "PNL-02", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  {
    check: "PNL-09",
    rating: "passed",
    about: "all ten are left",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await withFactor(room, "bob");
    }),
  },
  {
    check: "PNL-09",
    rating: "warning",
    about: "two are left",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await withFactor(room, "bob");
      set(room, "UPDATE backup_codes SET used_at = 1 WHERE id > 2");
    }),
  },
  {
    check: "PNL-09",
    rating: "none",
    about: "nobody has a second factor",
    host: panel((room) => account(room, "bob", "admin")),
  },
  { check: "PNL-09", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
];

const PASSWORDS: readonly CheckCase[] = [
  {
    check: "PNL-03",
    rating: "passed",
    about: "15 characters, as NIST has it",
    host: panel((room) => room.castellan.accounts.setPasswordPolicy(ALICE, { preset: "nist" })),
  },
  {
    check: "PNL-03",
    rating: "passed",
    about: "8 characters beside a second factor that everybody must have",
    host: panel((room) => room.castellan.twoFactor.setPolicy(ALICE, { enforce: "all", requiredFrom: 0 })),
  },
  {
    check: "PNL-03",
    rating: "warning",
    about: "8 characters, and a second factor only from next week",
    host: panel((room) =>
      room.castellan.twoFactor.setPolicy(ALICE, { enforce: "all", requiredFrom: room.time.now + DAY_MS }),
    ),
  },
  {
    check: "PNL-03",
    rating: "critical",
    about: "common passwords are taken",
    host: panel((room) =>
      room.castellan.accounts.setPasswordPolicy(ALICE, { minLength: 20, blocklist: false }),
    ),
  },
  { check: "PNL-03", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  {
    check: "PNL-04",
    rating: "passed",
    about: "castellan's own hash",
    host: panel(async ({ castellan }) => {
      await castellan.accounts.create(ALICE, { name: "bob", role: "admin", password: "Gr3en!horse-pony-17" });
    }),
  },
  {
    check: "PNL-04",
    rating: "warning",
    about: "bcrypt from another panel",
    host: panel((room) => account(room, "bob", "customer")),
  },
  {
    check: "PNL-04",
    rating: "critical",
    about: "bcrypt of cost 8",
    host: panel(async (room) => {
      await account(room, "bob", "customer");
      await account(room, "carol", "customer", BCRYPT_12.replace("$12$", "$08$"));
    }),
  },
  {
    check: "PNL-04",
    rating: "critical",
    about: "sha512-crypt",
    host: panel((room) => account(room, "bob", "customer", SHA512)),
  },
  {
    check: "PNL-04",
    rating: "none",
    about: "nobody has a password",
    host: panel((room) => account(room, "bob", "admin", null)),
  },
  { check: "PNL-04", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  {
    check: "PNL-07",
    rating: "passed",
    about: "signed in last month",
    host: panel(async (room) => {
      await account(room, "bob", "customer");
      room.time.now += 100 * DAY_MS;
      set(room, `UPDATE accounts SET last_sign_in_at = ${room.time.now - 30 * DAY_MS}`);
    }),
  },
  {
    check: "PNL-07",
    rating: "warning",
    about: "never signed in for 91 days",
    host: panel(async (room) => {
      await account(room, "bob", "customer");
      room.time.now += 91 * DAY_MS;
    }),
  },
  {
    check: "PNL-07",
    rating: "warning",
    about: "still has its first password after eight days",
    host: panel(async (room) => {
      await account(room, "bob", "customer");
      await room.castellan.accounts.resetPassword(ALICE, "bob");
      room.time.now += 8 * DAY_MS;
    }),
  },
  { check: "PNL-07", rating: "none", about: "nobody can sign in", host: panel(nothing) },
  { check: "PNL-07", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
];

/** As if a guard were at work: its lease, held by this very process. */
const watched = (room: PanelRoom): unknown =>
  set(
    room,
    `INSERT INTO leases VALUES ('engine', 'test', 'guard', ${process.pid}, ${room.time.now}, ${room.time.now + 4_000})`,
  );

const LOCKOUTS: readonly CheckCase[] = [
  {
    check: "PNL-05",
    rating: "passed",
    about: "as castellan comes, with a guard",
    host: panel(async (room) => void watched(room)),
  },
  { check: "PNL-05", rating: "warning", about: "on, but nobody watches", host: panel(nothing) },
  {
    check: "PNL-05",
    rating: "warning",
    about: "50 tries",
    host: panel(async (room) => {
      watched(room);
      await room.castellan.lockouts.setPolicy(ALICE, { attempts: 50 });
    }),
  },
  {
    check: "PNL-05",
    rating: "warning",
    about: "accounts are as good as not counted",
    host: panel(async (room) => {
      watched(room);
      await room.castellan.lockouts.setPolicy(ALICE, { accountAttempts: 1_000 });
    }),
  },
  {
    check: "PNL-05",
    rating: "critical",
    about: "off",
    host: panel(async (room) => {
      watched(room);
      await room.castellan.lockouts.setPolicy(ALICE, { enabled: false });
    }),
  },
  { check: "PNL-05", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  { check: "PNL-06", rating: "passed", about: "nobody is on it", host: panel(nothing) },
  {
    check: "PNL-06",
    rating: "passed",
    about: "single addresses and a private network",
    host: panel(async ({ castellan: { lockouts } }) => {
      for (const cidr of ["198.51.100.7", "2001:db8::/48", "10.0.0.0/8"])
        await lockouts.allow(ALICE, { cidr, note: "office" });
    }),
  },
  {
    check: "PNL-06",
    rating: "warning",
    about: "a /12",
    host: panel(({ castellan: { lockouts } }) => lockouts.allow(ALICE, { cidr: "81.0.0.0/12", note: "ISP" })),
  },
  {
    check: "PNL-06",
    rating: "warning",
    about: "a trusted proxy of a /32 of IPv6",
    host: panel(({ castellan: { lockouts } }) =>
      lockouts.setPolicy(ALICE, { trustedProxies: ["2001:db8::/32"] }),
    ),
  },
  {
    check: "PNL-06",
    rating: "critical",
    about: "everybody",
    host: panel(async (room) => {
      set(
        room,
        "INSERT INTO allow_entries (cidr, note, created_by, created_at, expires_at) VALUES ('0.0.0.0/0', '', 'x', 0, NULL)",
      );
    }),
  },
  { check: "PNL-06", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
];

const STATE = "/var/lib/castellan";
const FILE = { text: "", mode: 0o600 };

function state(files: NonNullable<FixtureSpec["files"]>, more: FixtureSpec = {}): () => Promise<FixtureSpec> {
  return async () => {
    const { panel: made } = await openPanelRoom();
    return {
      panel: { ...made, state: STATE },
      folders: { [STATE]: { mode: 0o700 } },
      files: { [`${STATE}/master.key`]: FILE, [`${STATE}/castellan.db`]: FILE, ...files },
      ...more,
    };
  };
}

const STATES: readonly CheckCase[] = [
  { check: "PNL-10", rating: "passed", about: "as castellan made it", host: state({}) },
  {
    check: "PNL-10",
    rating: "critical",
    about: "the key may be read by a group",
    host: state({ [`${STATE}/master.key`]: { text: "", mode: 0o640, gid: 33 } }),
  },
  {
    check: "PNL-10",
    rating: "critical",
    about: "the folder may be entered",
    host: state({}, { folders: { [STATE]: { mode: 0o755 } } }),
  },
  {
    check: "PNL-10",
    rating: "critical",
    about: "a file of somebody else's",
    host: state({ [`${STATE}/castellan.db-wal`]: { ...FILE, uid: 33 } }),
  },
  {
    check: "PNL-10",
    rating: "critical",
    about: "the database is a link to elsewhere",
    host: state(
      {},
      { files: { [`${STATE}/master.key`]: FILE }, links: { [`${STATE}/castellan.db`]: "/srv/castellan.db" } },
    ),
  },
  { check: "PNL-10", rating: "unknown", about: "the folder lies on another machine", host: panel(nothing) },
  {
    check: "PNL-10",
    rating: "unknown",
    about: "the folder may not be listed",
    host: state({}, { folders: { [STATE]: { mode: 0o700, fault: "denied" } } }),
  },
  {
    check: "PNL-11",
    rating: "passed",
    about: "a few events",
    host: panel((room) => account(room, "bob", "admin")),
  },
  {
    check: "PNL-11",
    rating: "critical",
    about: "a row was changed behind the triggers",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      set(room, "DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'mallory' WHERE seq = 1");
    }),
  },
  {
    check: "PNL-11",
    rating: "warning",
    about: "searches miss events",
    host: panel(
      (room) => account(room, "bob", "admin"),
      (made) => ({
        ...made,
        audit: {
          ...made.audit,
          verify: async (options) => ({ ...(await made.audit.verify(options)), textIndexOk: false }),
        },
      }),
    ),
  },
  {
    check: "PNL-11",
    rating: "unknown",
    about: "too many events to prove in the time of a run",
    host: panel(nothing, (made) => ({
      ...made,
      audit: {
        ...made.audit,
        async verify({ onProgress } = {}) {
          for (let done = 500; ; done += 500) {
            await wait(300);
            onProgress?.(done, 10_000_000);
          }
        },
      },
    })),
  },
  { check: "PNL-11", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
];

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

const GATES: readonly CheckCase[] = [
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

export const CASES: readonly CheckCase[] = [...FACTORS, ...PASSWORDS, ...LOCKOUTS, ...STATES, ...GATES];
