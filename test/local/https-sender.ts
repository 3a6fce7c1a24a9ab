import { webhookSink } from "../../lib/local/sinks.ts";
import { openTopic } from "../../lib/local/topic.ts";

/**
 * A process of its own, because Node reads the trusted authorities when it starts. It sends one message to the given
 * address and then ends.
 */
const [url = ""] = process.argv.slice(2);
const topic = await openTopic({
  sinks: [webhookSink(url)],
  onMessage: () => undefined,
  sleep: async () => undefined,
  random: () => 0.5,
  log: console.log,
});
await topic.publish({ id: "m1", at: 0, bodies: { default: "text", https: '{"v":1}' }, attributes: {} });
