import type { Refused } from "./point.ts";

interface LookAlike {
  readonly is: (first: string, second: string) => boolean;
  readonly problem: string;
}

/** Base64 of {", of [{" and of gzip. */
const BASE64 = /^(?:eyJ|W3si|H4sI)[A-Za-z0-9+/]+={0,2}\s*$/;
const NUMBERS = /^[^,={}]*(?:,[^,={}]*)+$/;

/** Text that other programs write, by its first two lines, and what its sender should do. */
const LOOK_ALIKES: readonly LookAlike[] = [
  { is: (line) => /^metric=\S/.test(line), problem: 'Telegraf\'s carbon2: set data_format = "json"' },
  { is: (line) => /^"\S+" \S+ \d+ source=/.test(line), problem: 'Telegraf\'s wavefront: set data_format = "json"' },
  {
    is: (line) => BASE64.test(line),
    problem: "base64: it is encoded twice; give the SDK or CLI the bytes themselves",
  },
  {
    is: (line, next) => NUMBERS.test(line) && /[A-Za-z]/.test(line) && NUMBERS.test(next) && /\d/.test(next),
    problem: "CSV: send the file with fleetwarden send, or let the sender write each row as JSON",
  },
  { is: (line) => /^<\d{1,3}>/.test(line), problem: "syslog: send metrics only to this stream" },
  { is: (line) => /^<[?!\w]/.test(line), problem: "XML or HTML: let the sender write JSON" },
];

export function refusedText([first = "", second = ""]: readonly string[]): Refused | undefined {
  return LOOK_ALIKES.find(({ is }) => is(first, second));
}
