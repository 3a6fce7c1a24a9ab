import { clean, foldAscii, foldGsm7, shorten } from "./text.ts";
import type { WriteName } from "./words.ts";

/** The limit of a channel's text, and the form of names in it. */
interface Channel {
  readonly max: number;
  /** Bytes are counted in UTF-8. */
  readonly unit: "characters" | "bytes";
  readonly fold: WriteName;
  /** Names become shorter only when no form fits with longer ones. */
  readonly nameLengths: readonly number[];
}

/** SNS: "fewer than 100 characters long" (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html), in ASCII. */
export const SUBJECT: Channel = {
  max: 99,
  unit: "characters",
  fold: foldAscii,
  nameLengths: [99, 32, 24, 16, 8],
};

/** SNS allows 256 KiB, but people read this. Shorter names serve only scripts of several bytes a character. */
export const EMAIL: Channel = { max: 8 * 1024, unit: "bytes", fold: clean, nameLengths: [256, 64, 16] };

/**
 * One part of 140 bytes in GSM-7 (https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html); SNS sends, and
 * AWS charges, a longer text as several.
 */
export const SMS: Channel = { max: 160, unit: "characters", fold: foldGsm7, nameLengths: [160, 40, 24, 16, 8] };

/** Small enough for every receiver behind SNS. */
export const WEBHOOK: Channel = { max: 8 * 1024, unit: "bytes", fold: clean, nameLengths: [256, 128, 64, 16] };

/** The first form that fits the channel, with names as long as possible. Forms come fullest first. */
export function firstFitting(channel: Channel, formsOf: (name: WriteName) => readonly string[]): string {
  const { max, unit, fold, nameLengths } = channel;
  for (const length of nameLengths) {
    for (const text of formsOf((name) => shorten(fold(name), length))) {
      if ((unit === "bytes" ? Buffer.byteLength(text) : text.length) <= max) return text;
    }
  }
  throw new RangeError(`No form of this message fits in ${max} ${unit}: its shortest form needs shorter names`);
}
