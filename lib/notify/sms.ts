import { foldGsm7 } from "./gsm7.ts";
import { shorten } from "./text.ts";
import type { Words } from "./words.ts";

/**
 * One part of 140 bytes in GSM-7 (https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html); a longer text is
 * sent, and paid for, as several.
 */
const SMS_LENGTH_MAX = 160;

const NAME_LENGTHS = [SMS_LENGTH_MAX, 40, 24, 16, 8];

/** The text message: at most 160 GSM-7 characters that cost one each. */
export function renderSms({ sms }: Words): string {
  for (const length of NAME_LENGTHS) {
    for (const text of sms((name) => shorten(foldGsm7(name), length))) {
      if (Array.from(text).length <= SMS_LENGTH_MAX) return text;
    }
  }
  throw new RangeError(`No form of this text message fits in ${SMS_LENGTH_MAX} characters`);
}

/** Texts joined by full stops, but for those that end in a mark of their own; false ones are left out. */
export function sentences(...parts: readonly (string | false)[]): string {
  return parts
    .filter((part) => part !== false)
    .reduce((text, part) => `${text}${text.endsWith("?") ? "" : "."} ${part}`);
}
