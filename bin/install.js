"use strict";
const { execFileSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");

/**
 * Installs the dependencies of a clone that has none yet, so that `npm start` and `npm test` work as the first command.
 * With `dev`, also the tools for tests, checks and deployment. Does nothing when they are there.
 */
function installMissing({ dev }) {
  if (existsSync(join(root, "node_modules", dev ? "jest" : "tsx", "package.json"))) return;
  process.stderr.write("Installing dependencies, once…\n");
  // `npm ci` rejects a lock file that lacks optional packages of another platform. This leaves the file alone.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  // A user needs one of the tools, tsx. `--save-prod` beside `--no-save` only exempts it from `--omit=dev`.
  const which = dev ? [] : ["--omit=dev", "--save-prod", "tsx"];
  // stdout stays the command's own: a first `fleetwarden … --json` must print JSON only.
  execFileSync("npm", [...args, ...which], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
}

module.exports = { installMissing };

if (require.main === module) installMissing({ dev: process.argv.includes("--dev") });
