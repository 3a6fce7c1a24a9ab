/** A message that the topic accepted. */
export interface Message {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly subject?: string;
  /** Text by protocol (`email`, `sms`, `https`, …); `default` is always there. */
  readonly bodies: Readonly<Record<string, string>> & { readonly default: string };
  readonly attributes: Readonly<Record<string, string>>;
}

/** What subscribers of that protocol get. */
export function bodyFor(message: Message, protocol: string): string {
  return message.bodies[protocol] ?? message.bodies.default;
}

/** A message from its stored form; undefined when it is none. */
export function parseMessage(stored: unknown): Message | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const { id, at, subject, bodies, attributes }: Partial<Record<keyof Message, unknown>> = stored;
  if (typeof id !== "string" || typeof at !== "number" || !isTexts(bodies) || !isTexts(attributes)) return undefined;
  const { default: text } = bodies;
  if (text === undefined) return undefined;
  return {
    id,
    at,
    ...(typeof subject === "string" ? { subject } : {}),
    bodies: { ...bodies, default: text },
    attributes,
  };
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === "object" && value !== null && Object.values(value).every((text) => typeof text === "string");
}
