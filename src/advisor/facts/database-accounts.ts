/** An account of MariaDB or MySQL that somebody can use. */
export interface MysqlAccount {
  /** Empty: anybody. */
  readonly user: string;
  readonly host: string;
  /** A sign-in with no password at all is taken. */
  readonly needsNoPassword: boolean;
}

/** Plugins that ask for a password; the others ask the system who is there. */
const PASSWORD_PLUGIN =
  /^(mysql_native_password|mysql_old_password|caching_sha2_password|sha256_password|ed25519|parsec|)$/;

interface Method {
  readonly plugin?: unknown;
  readonly authentication_string?: unknown;
}

/**
 * The rows of mysql.global_priv: host, user, JSON. Roles and locked accounts are left out; `{}` in `auth_or` stands for
 * the method beside it. https://mariadb.com/docs/server/reference/system-tables/the-mysql-database-tables/mysql-global_priv-table
 */
export function parseMariadbAccounts(rows: string): MysqlAccount[] {
  return rows.split("\n").flatMap((row) => {
    const [host, user, json] = row.split("\t");
    if (host === undefined || user === undefined || json === undefined) return [];
    const priv = JSON.parse(json) as Method & {
      account_locked?: boolean;
      is_role?: boolean;
      auth_or?: Method[];
    };
    if (priv.account_locked === true || priv.is_role === true) return [];
    const others = (priv.auth_or ?? []).filter((method) => Object.keys(method).length > 0);
    return [{ user, host, needsNoPassword: [priv, ...others].some(isOpen) }];
  });
}

/** Rows of mysql.user: host, user, plugin, whether the password is empty, whether it is locked. */
export function parseMysqlAccounts(rows: string): MysqlAccount[] {
  return rows.split("\n").flatMap((row) => {
    const [host, user, plugin = "", isEmpty, locked] = row.split("\t");
    if (host === undefined || user === undefined || locked === "Y") return [];
    return [{ user, host, needsNoPassword: isEmpty === "1" && PASSWORD_PLUGIN.test(plugin) }];
  });
}

function isOpen({ plugin, authentication_string: secret }: Method): boolean {
  const asksPassword = typeof plugin !== "string" || PASSWORD_PLUGIN.test(plugin);
  return asksPassword && (secret === undefined || secret === "");
}
