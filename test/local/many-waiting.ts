// A program, because Jest hides the warnings of Node.js: publishes many messages to a sink that never takes any.
import { openTopic } from "../../lib/local/topic.ts";

const topic = await openTopic({
  sinks: [{ name: "stuck", protocol: "https", endpoint: "nowhere", deliver: () => new Promise(() => undefined) }],
  onMessage: () => undefined,
  sleep: async () => undefined,
  random: () => 0.5,
  log: () => undefined,
});
for (let n = 0; n < 20; n++) await topic.publish({ id: `m${n}`, at: 0, bodies: { default: "" }, attributes: {} });
await topic.close();
