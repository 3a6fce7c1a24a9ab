// The CDK's template validator costs seconds per process; `npm run synth` runs with it on.
process.env.CDK_VALIDATION = "false";
// The SDK's notice about Node 20 would be printed by every test file.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

// Properties draw their cases from one seed, which jest.config.js chooses. Only tests that import fast-check load it.
jest.mock("fast-check", () => {
  const check = jest.requireActual<typeof import("fast-check")>("fast-check");
  check.configureGlobal({ seed: Number(process.env.PROPERTY_SEED) });
  return check;
});
