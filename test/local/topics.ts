// Topics with sinks that fail, for the tests of deliveries.
import type { Message } from "../../lib/local/message.ts";
import type { Sink } from "../../lib/local/sinks.ts";
import { openTopic, type TopicOptions } from "../../lib/local/topic.ts";
import { instantTimer } from "./support.ts";

export const message = (id: string, at = Date.UTC(2026, 7, 1, 12)): Message => ({
  id,
  at,
  subject: "web-1: cpu é",
  bodies: { default: "default", email: "The mail\nof é\n.\nwith a dot\n", https: '{"v":1}' },
  attributes: { severity: "critical" },
});

/** A topic with its log. */
export async function open(sinks: readonly Sink[], options: Partial<TopicOptions> = {}) {
  const log: string[] = [];
  const topic = await openTopic({
    sinks,
    onMessage: () => undefined,
    ...instantTimer(),
    random: () => 0.5,
    log: (line) => log.push(line),
    ...options,
  });
  return { ...topic, log };
}

/** A sink that fails a few times and then keeps the messages that it gets. */
export function flaky(failures: number, name = "flaky") {
  const got: Message[] = [];
  let attempts = 0;
  const sink: Sink = {
    name,
    protocol: "https",
    endpoint: "somewhere",
    async deliver(delivered) {
      attempts++;
      if (attempts <= failures) throw new Error("no way");
      got.push(delivered);
    },
  };
  return { sink, got, attempts: () => attempts };
}

export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isSo(); turn++) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(isSo()).toBe(true);
}
