/** Prints one JSON document with `--json`, otherwise the text. */
export function print(json: boolean | undefined, value: unknown, text: () => string): void {
  say(json ? JSON.stringify(value) : text());
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** For what is no answer, so that standard output stays clean. */
export function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
