const WIDTH = 30;
const REDRAW_MS = 100;

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): boolean;
}

/** A bar on a terminal's stderr; silent elsewhere, so that logs and pipes stay clean. */
export function progressBar(what: string, stream: Terminal, clock: () => number) {
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    /** Takes the finished share of the work. */
    update(share: number): void {
      if (!stream.isTTY || clock() - drawn < REDRAW_MS) return;
      drawn = clock();
      const filled = Math.round(share * WIDTH);
      stream.write(`\r${what} [${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${Math.round(100 * share)} %`);
    },
    end(): void {
      if (stream.isTTY) stream.write(`\r${" ".repeat(what.length + WIDTH + 10)}\r`);
    },
  };
}
