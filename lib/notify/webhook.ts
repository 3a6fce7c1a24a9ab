import { clean, firstFitting, shorten } from "./text.ts";
import type { Words } from "./words.ts";

/** Small enough for every receiver behind SNS. */
const BYTES_MAX = 8 * 1024;

/** 256 is what a Kinesis partition key, so a host, can have; shorter forms serve only names of several bytes a character. */
const NAME_LENGTHS = [256, 128, 64, 16];

/**
 * The JSON for https, sqs and lambda, version 1. Beside our own fields it has those of the PagerDuty common event format
 * (https://support.pagerduty.com/main/docs/pd-cef); severity and group are the same in both. At most 8 KB of UTF-8.
 */
export function renderWebhook({ webhook, attributes }: Words, summary: string, stack: string): string {
  const { severity, kind } = attributes;
  const forms = NAME_LENGTHS.map((length) => {
    const name = (text: string) => shorten(clean(text), length);
    const { type, fields, source = name(stack), component, class: kindOfEvent, custom_details } = webhook(name);
    const event = { summary, source, ...(component === undefined ? {} : { component }), class: kindOfEvent };
    const details = { custom_details: { ...custom_details, stack: name(stack) } };
    const body = { type: `fleetwarden.${type}`, v: 1, kind, severity, ...fields, ...event, ...details };
    return JSON.stringify(body, withoutRoundingNoise);
  });
  return firstFitting(BYTES_MAX, forms);
}

/** Fifteen significant digits are what a decimal survives a double with: 0.2 instead of 0.19999999999999996. */
function withoutRoundingNoise(_key: string, field: unknown): unknown {
  return typeof field === "number" ? Number(field.toPrecision(15)) : field;
}
