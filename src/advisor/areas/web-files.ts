import { nginxDraft } from "../../changes/own/nginx.ts";
import { type Check, defineCheck } from "../check.ts";
import { APACHE } from "../facts/apache.ts";
import { NGINX, type NginxConfig, type NginxServer } from "../facts/nginx.ts";
import { rootOf } from "../facts/nginx-fate.ts";
import { canSet, NGINX_DROP_IN } from "../facts/nginx-own.ts";
import { effective, setting, shown, within } from "../facts/nginx-scope.ts";
import { apacheIndexes, apacheLinks } from "../facts/web-apache-options.ts";
import { type Exposure, SECRET_FILES, UPLOAD_SCRIPTS } from "../facts/web-exposure.ts";
import { WEB_FOLDERS, type WebFolder } from "../facts/web-folders.ts";
import { verdict } from "../verdict.ts";
import { criticalAt, type Problem, warningAt, weigh } from "./weigh.ts";

const secrets = defineCheck({
  id: "WEB-03",
  area: "web",
  title: "Listings, dot files and left-overs",
  why:
    "/.git gives the whole source with its history, .env and dumps give database passwords: bots ask every site for " +
    "them every day. A listing shows what else lies there.",
  remedy:
    "In each server block: location ~ /\\.(?!well-known/) { deny all; } and autoindex off; then move dumps and " +
    "back-ups out of the web folder. What was served must be taken for read: change the passwords in it.",
  source: "OWASP WSTG-CONF-04; Mozilla Observatory",
  gives: ["passed", "warning", "critical"],
  facts: [SECRET_FILES, NGINX, APACHE],
  judge(files, nginx, apache) {
    if (files === null) return null;
    const problems = [
      ...files.flatMap(secretProblem),
      ...(nginx === null ? [] : listings(nginx)),
      ...(apache === null
        ? []
        : apacheIndexes(apache).map((evidence) => warningAt("Folders are listed", evidence))),
    ];
    const roots = [...new Set(files.map(({ root }) => root))];
    return weigh(problems, { summary: "Dot files are refused, nothing is listed", evidence: roots });
  },
});

function secretProblem({ at, root, path, fate, exists, status }: Exposure): Problem[] {
  if (!exists) {
    if (fate !== "file") return [];
    return [warningAt("Nothing refuses dot files", `${at}: ${path} would be served from ${root}`)];
  }
  const answer = status === null ? "not asked" : `GET over loopback answered ${status}`;
  const evidence = `${at}: ${root}${path} is there (${answer})`;
  const served = MAY_BE_MEANT.test(path) ? warningAt : criticalAt;
  if (status !== null) return isServed(status) ? [served(`${path} is served`, evidence)] : [];
  if (fate === "file") return [served(`${path} is served`, evidence)];
  return fate === "unclear" ? [warningAt(`${path} may be served`, evidence)] : [];
}

/** An archive may be there to be fetched, a template or an old picture holds no secret: likely, but not certain. */
const MAY_BE_MEANT =
  /^\/\.(DS_Store|env\.(example|sample|dist|template))$|\.(zip|tar|tgz|tar\.gz)$|\.(html?|css|js|json|txt|svg|png|jpe?g|gif|webp|ico)\.(bak|old|orig|save|swp)$/i;

function isServed(status: number): boolean {
  return status === 200 || status === 206;
}

function listings({ http }: NginxConfig): Problem[] {
  return within(http?.block ?? [], "autoindex")
    .filter(({ args }) => args[0] === "on")
    .map((directive) => warningAt("Folders are listed", shown(directive)));
}

const uploads = defineCheck({
  id: "WEB-04",
  area: "web",
  title: "PHP in upload folders",
  why:
    "An upload form that lets one .php through is the usual way in: the attacker calls his file and runs what he " +
    "likes as the site. Where PHP does not run in upload folders the same hole does nothing.",
  remedy:
    "In the server block, before the location for PHP: location ~* ^/(wp-content/uploads|files|media|uploads)/.*\\.ph " +
    '{ deny all; }  Apache: <Directory FOLDER> with <FilesMatch "\\.ph"> Require all denied </FilesMatch>. Then test and ' +
    "reload: nginx -t, apache2ctl -t",
  source: "OWASP Unrestricted File Upload; enconf",
  gives: ["passed", "warning", "critical"],
  facts: [UPLOAD_SCRIPTS],
  judge(scripts) {
    if (scripts === null) return null;
    return weigh(scripts.flatMap(uploadProblem), {
      summary: scripts.length === 0 ? "No upload folder was found" : "PHP does not run in upload folders",
      evidence: scripts.map(({ at, path }) => `${at}: ${path}`),
    });
  },
});

/** Some programs keep uploads there, others their own scripts. */
const OTHER_USE = /^\/(storage|files|media|images)\//;

function uploadProblem({ at, root, path, fate, status }: Exposure): Problem[] {
  const folder = `${root}${path.slice(0, path.lastIndexOf("/"))}`;
  // A refusal is one whatever the rules seem to say; any other answer to a name that is not there proves nothing.
  if (status === 403) return [];
  const answer = status === null ? "" : `; GET of a name that is not there answered ${status}`;
  if (fate === "php") {
    const found = OTHER_USE.test(path) ? warningAt : criticalAt;
    return [found(`PHP runs in ${folder}`, `${at}: ${path} goes to PHP${answer}`)];
  }
  if (fate !== "unclear") return [];
  return [warningAt(`PHP may run in ${folder}`, `${at}: the rules for ${path} cannot be followed${answer}`)];
}

const links = defineCheck({
  id: "WEB-05",
  area: "web",
  title: "Symbolic links to others' files",
  why:
    "A customer links /home/other/wp-config.php into his own site and reads it through the web server, which may " +
    "read both: database passwords of every neighbour.",
  remedy:
    "disable_symlinks if_not_owner; in nginx's http block. Apache: Options -FollowSymLinks +SymLinksIfOwnerMatch for " +
    "the web folders, and AllowOverride without Options.",
  source: "ApisCP; nginx core module; CIS Apache 2.4 5.1",
  gives: ["passed", "warning", "critical"],
  facts: [NGINX, APACHE, WEB_FOLDERS, NGINX_DROP_IN],
  judge(nginx, apache, folders) {
    if (folders === null) return null;
    const problems = [
      ...(nginx?.servers ?? []).flatMap(linkProblem),
      ...(apache === null
        ? []
        : apacheLinks(apache).map((evidence) => warningAt("Links are followed", evidence))),
    ];
    const customers = customersOf(folders);
    const otherwise = { summary: "Links count only where both ends have one owner" };
    if (customers.size < 2 || problems.length === 0) return weigh(problems, otherwise);
    // With files of several customers in reach of one web server it is certain that one can read the other's.
    const among = (what: string): string => `${what}, between ${customers.size} customers`;
    const rated = problems.map(({ what, evidence }) => criticalAt(among(what), evidence));
    const { summary, evidence } = weigh(rated, otherwise);
    const owners = [...customers].slice(0, 3).map(([uid, root]) => `${root} (uid ${uid})`);
    return verdict("critical", summary, [...evidence, `in reach of one web server: ${owners.join(", ")}`]);
  },
  fix(nginx, apache, _folders, dropIn) {
    if (nginx === null || dropIn === null || !canSet(nginx, "disable_symlinks")) return null;
    const deeper = (nginx.http?.block ?? []).filter(({ name }) => name === "server");
    if (within(deeper, "disable_symlinks").some(({ args }) => args[0] === "off")) return null;
    if (apache !== null && apacheLinks(apache).length > 0) return null;
    return {
      via: "change",
      draft: nginxDraft(
        dropIn.present,
        { disable_symlinks: "if_not_owner" },
        {
          title: "Follow links only to the owner's own files",
          reason: "A link to a neighbour's file is read by the web server for him",
        },
      ),
    };
  },
});

function linkProblem({ scope, at }: NginxServer): Problem[] {
  if (rootOf(scope) === null && effective(scope, "root").length === 0) return [];
  const links = setting(scope, "disable_symlinks");
  if (links !== undefined && links.args[0] !== "off") return [];
  return [warningAt("Links are followed", links ? shown(links) : `${at}: disable_symlinks is not set (off)`)];
}

/** A folder each of the owners of web folders that are people or customers, not the system, by uid. */
function customersOf(folders: ReadonlyMap<string, WebFolder>): Map<number, string> {
  return new Map(
    [...folders.values()].flatMap(({ uid, root }) =>
      uid !== null && uid >= 1_000 && uid < 65_534 ? [[uid, root] as const] : [],
    ),
  );
}

export const WEB_FILE_CHECKS: readonly Check[] = [secrets, uploads, links];
