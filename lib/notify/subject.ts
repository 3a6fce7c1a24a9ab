import { firstFitting, foldAscii, shorten } from "./text.ts";
import type { Words } from "./words.ts";

/** SNS: "fewer than 100 characters long" (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
const LENGTH_MAX = 99;

/** Names are shortened only when no form fits with longer ones. */
const NAME_LENGTHS = [LENGTH_MAX, 32, 24, 16, 8];

/** The e-mail's subject: one line of printable ASCII. */
export function renderSubject(words: Words): string {
  return firstFitting(LENGTH_MAX, forms(words));
}

function* forms({ subject }: Words): Generator<string> {
  for (const length of NAME_LENGTHS) yield* subject((text) => shorten(foldAscii(text), length));
}
