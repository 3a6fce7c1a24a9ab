const WIDTH = 30;
const REDRAW_MS = 100;

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): boolean;
}

/** A bar on a terminal's stderr; silent elsewhere, so that logs and pipes stay clean. */
export function progressBar(what: string, total: number, stream: Terminal, clock: () => number) {
  let drawn = Number.NEGATIVE_INFINITY;
  const draw = (done: number) => {
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const filled = Math.round(share * WIDTH);
    stream.write(`\r${what} [${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${Math.round(100 * share)} %`);
  };
  return {
    update(done: number): void {
      if (!stream.isTTY || clock() - drawn < REDRAW_MS) return;
      drawn = clock();
      draw(done);
    },
    end(): void {
      if (stream.isTTY) stream.write(`\r${" ".repeat(what.length + WIDTH + 10)}\r`);
    },
  };
}
