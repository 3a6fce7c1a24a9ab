import { spawnSync } from "node:child_process";

/** One commit always draws the same cases, so what passed before a landing passes in it; each commit draws others. */
const commit = spawnSync("git", ["rev-parse", "--short=7", "HEAD"], { encoding: "utf8" }).stdout;
process.env.PROPERTY_SEED ??= String(Number.parseInt(commit, 16) || 1);

/** Sources are ES modules; tests run as CommonJS, which needs no experimental flag of Node. */
export default {
  // By default Jest leaves one core free, which is half of two.
  maxWorkers: "100%",
  // Garbage of earlier suites slows later ones: after 300 suites in one worker, alert/storm took 715 s instead of 31.
  workerIdleMemoryLimit: "300MB",
  // A test that is slow on a busy machine has not failed: the limit is for a test that hangs.
  testTimeout: 60_000,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // These take minutes, or need programs of Debian or the npm registry. They have scripts of their own: test:slow,
  // test:programs and test:package.
  testPathIgnorePatterns: [
    "/node_modules/",
    "<rootDir>/test/slow/",
    "<rootDir>/test/programs/",
    "<rootDir>/test/package/",
  ],
  transform: {
    "^.+\\.(ts|js)$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // In Jest's sandbox a look-up of a global is slow: arithmetic took up to four times its CPU.
  sandboxInjectedGlobals: [
    "Array",
    "DataView",
    "Float64Array",
    "JSON",
    "Map",
    "Math",
    "Number",
    "Object",
    "Promise",
    "Set",
    "String",
    "Uint8Array",
  ],
  setupFiles: ["<rootDir>/test/setup.ts"],
};
