import { webhookSink } from "../../lib/local/sinks.ts";
import { systemTimer } from "../../lib/local/timer.ts";
import { openTopic } from "../../lib/local/topic.ts";

/**
 * A process of its own, since which authorities are trusted is decided when one starts: sends one message to the
 * address it is given, and ends by itself when that is done.
 */
const [url = ""] = process.argv.slice(2);
const topic = await openTopic({
  sinks: [webhookSink(url)],
  onMessage: () => undefined,
  timer: { ...systemTimer, sleep: async () => undefined },
  random: () => 0.5,
  log: console.log,
});
await topic.publish({ id: "m1", at: 0, bodies: { default: "text", https: '{"v":1}' }, attributes: {} });
