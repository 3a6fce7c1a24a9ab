/** Sources are ES modules; tests run as CommonJS, which needs no experimental flag of Node. */
export default {
  // Jest leaves one core to watch mode, which on two cores is every second one.
  maxWorkers: "100%",
  // A busy machine is no failure: the limit is for what hangs.
  testTimeout: 60_000,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  transform: {
    "^.+\\.(ts|js)$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  setupFiles: ["<rootDir>/test/setup.ts"],
};
