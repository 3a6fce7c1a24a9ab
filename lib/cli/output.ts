/** Prints one JSON document with `--json`, otherwise the text. */
export function print(json: boolean | undefined, value: unknown, text: () => string): void {
  say(json ? JSON.stringify(value) : text());
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Logs go to standard error, so that standard output has only the answer. */
export function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
