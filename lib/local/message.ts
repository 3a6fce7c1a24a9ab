import * as v from "valibot";

export const MESSAGE = v.object({
  id: v.string(),
  /** Milliseconds since the epoch. */
  at: v.number(),
  subject: v.exactOptional(v.string()),
  /** Text by protocol (`email`, `sms`, `https`, …). */
  bodies: v.objectWithRest({ default: v.string() }, v.string()),
  attributes: v.record(v.string(), v.string()),
});

/** A message that the topic accepted. */
export type Message = Readonly<v.InferOutput<typeof MESSAGE>>;

/** The text for subscribers of that protocol. */
export function bodyFor(message: Message, protocol: string): string {
  return message.bodies[protocol] ?? message.bodies.default;
}
