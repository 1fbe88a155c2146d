import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Folders and files of a hosting server that are laid over this machine's own, in a mount namespace of the bench. */
const LAID_OVER = ["/etc/nginx", "/etc/php", "/etc/passwd", "/etc/shadow", "/etc/group", "/home"];
const UID = 20_000;

/**
 * Makes what a server of so many sites has: a login, a home, an nginx server with TLS and a PHP pool for each.
 * @returns the command line that runs a program where this is so; this machine itself stays as it is
 */
export function hostingServer(folder: string, sites: number): (command: readonly string[]) => string[] {
  mkdirSync(join(folder, "etc"), { recursive: true, mode: 0o755 });
  cpSync("/etc/nginx", join(folder, "etc/nginx"), { recursive: true, verbatimSymlinks: true });
  cpSync("/etc/php", join(folder, "etc/php"), { recursive: true, verbatimSymlinks: true });
  makeCertificate(join(folder, "etc/nginx/tls"));
  const names = Array.from({ length: sites }, (_, index) => `site${index + 1}`);
  for (const name of names) {
    writeFileSync(join(folder, `etc/nginx/sites-enabled/${name}`), serverOf(name));
    writeFileSync(join(folder, `etc/php/8.2/fpm/pool.d/${name}.conf`), poolOf(name));
    mkdirSync(join(folder, `home/${name}/htdocs`), { recursive: true });
    chmodSync(join(folder, `home/${name}`), 0o750);
  }
  addLogins(folder, names);
  const mounts = LAID_OVER.map((path) => `mount --bind ${folder}${path} ${path}`).join(" && ");
  const script = `${mounts} && exec "$@"`;
  return (command) => [
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "sh",
    "-c",
    script,
    "sh",
    ...command,
  ];
}

function addLogins(folder: string, names: readonly string[]): void {
  const added = {
    passwd: (name: string, id: number) => `${name}:x:${id}:${id}::/home/${name}:/bin/bash`,
    shadow: (name: string) => `${name}:!:20000:0:99999:7:::`,
    group: (name: string, id: number) => `${name}:x:${id}:`,
  };
  for (const [file, line] of Object.entries(added)) {
    const lines = names.map((name, index) => line(name, UID + index));
    const path = join(folder, "etc", file);
    writeFileSync(path, `${readFileSync(`/etc/${file}`, "utf8")}${lines.join("\n")}\n`);
    chmodSync(path, file === "shadow" ? 0o640 : 0o644);
  }
}

/** One for all sites, so that making the server takes seconds; each site still names files of its own. */
function makeCertificate(folder: string): void {
  mkdirSync(folder);
  const subject = ["-subj", "/CN=example.test", "-addext", "subjectAltName=DNS:*.example.test"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...subject, ...files], { stdio: "ignore" });
}

function serverOf(name: string): string {
  return `server {
  listen 443 ssl;
  server_name ${name}.example.test;
  root /home/${name}/htdocs;
  ssl_certificate /etc/nginx/tls/certificate.pem;
  ssl_certificate_key /etc/nginx/tls/key.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  location ~ \\.php$ { include fastcgi_params; fastcgi_pass unix:/run/php/${name}.sock; }
  location ~ /\\.(?!well-known) { deny all; }
}
`;
}

function poolOf(name: string): string {
  return `[${name}]
user = ${name}
group = ${name}
listen = /run/php/${name}.sock
listen.owner = www-data
listen.group = www-data
listen.mode = 0660
pm = ondemand
pm.max_children = 5
php_admin_value[open_basedir] = /home/${name}/:/tmp/
php_admin_value[disable_functions] = exec,passthru,shell_exec,system,proc_open,popen
`;
}
