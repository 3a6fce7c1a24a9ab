/**
 * Installs the dependencies of a clone that has none yet, so that `npm start` and `npm test` work as the first command.
 * With `--dev`, the tools for tests, checks and deployment as well. Does nothing when they are there.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

export function installMissing({ dev }) {
  const probe = dev ? "jest" : "tsx";
  if (!existsSync(join(root, "package-lock.json"))) return; // installed as a package: npm has seen to it
  if (existsSync(join(root, "node_modules", probe, "package.json"))) return;
  process.stderr.write("Installing dependencies, once…\n");
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of some other platform. This leaves the file alone.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", ...(dev ? [] : ["--omit=dev"])];
  // stdout stays the command's own: a first `fleetwarden … --json` must print JSON only.
  execFileSync("npm", args, { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
}

if (process.argv[1] === import.meta.filename) installMissing({ dev: process.argv.includes("--dev") });
