import type { FixtureSpec } from "../../support/advised-host.ts";
import { recorded, stockApache, stockNginx } from "../fixtures/web/recorded.ts";

export const SITE = "/etc/nginx/sites-available/default";

export const DENIED = { "/etc/nginx/nginx.conf": { text: "", fault: "denied" as const } };

/** A site as a hosting panel writes it: PHP, a rule for dot files, none for uploads. */
export const SHOP = `server {
	listen 80;
	server_name shop.example;
	root /var/www/shop;
	access_log /var/log/nginx/shop.log;
	location / { try_files $uri $uri/ /index.php?$args; }
	location ~ /\\.(?!well-known/) { deny all; }
	location ~ \\.php$ {
		include snippets/fastcgi-php.conf;
		fastcgi_pass unix:/run/php/php8.2-fpm.sock;
	}
}
`;

export const NO_UPLOADS = SHOP.replace(
  "\tlocation ~ \\.php$",
  "\tlocation ~* ^/wp-content/uploads/.*\\.php$ { deny all; }\n\tlocation ~ \\.php$",
);

export const WORDPRESS = {
  "/var/www/shop/index.php": "<?php",
  "/var/www/shop/wp-content/uploads/2026/a.jpg": "jpg",
};

export function nginx(site: string | null, more: Partial<FixtureSpec> = {}): FixtureSpec {
  const stock = stockNginx(site === null ? {} : { [SITE]: site });
  return {
    ...stock,
    ...more,
    files: { ...stock.files, ...more.files },
    links: { ...stock.links, ...more.links },
    folders: { ...stock.folders, ...more.folders },
  };
}

export function http(line: string): FixtureSpec {
  return nginx(null, { files: { "/etc/nginx/conf.d/castellan.conf": `${line}\n` } });
}

export const curl = (path: string, name = "shop.example"): string =>
  `curl --disable --globoff --silent --insecure --noproxy * --max-time 1 --resolve ${name}:80:127.0.0.1 --output /dev/null ` +
  `--write-out %{http_code} --user-agent castellan http://${name}:80${path}`;

export const apache = (changes: Record<string, string>, modules: string[] = []): FixtureSpec =>
  stockApache(changes, modules);

export const NGINX_OK = recorded("web", "nginx-t-ok.txt");

export const PHP_SITE = `<VirtualHost *:80>
  ServerName shop.example
  DocumentRoot /var/www/shop
  <FilesMatch "\\.php$">
    SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost"
  </FilesMatch>
  UPLOADS
</VirtualHost>
`;

export const apacheShop = (uploads: string): FixtureSpec =>
  apache({
    "/etc/apache2/sites-available/000-default.conf": PHP_SITE.replace("UPLOADS", uploads),
    ...WORDPRESS,
  });

export const TWO_CUSTOMERS = {
  "/home/a/site": { uid: 1001 },
  "/home/b/site": { uid: 1002 },
};

export const TWO_SITES =
  "server { server_name a.example; root /home/a/site; }\nserver { server_name b.example; root /home/b/site; }\n";
