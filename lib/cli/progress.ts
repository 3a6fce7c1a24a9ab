const WIDTH = 30;
const REDRAW_MS = 100;

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): boolean;
}

/**
 * Shows the progress of a work as a bar on a terminal's stderr, until the work ends or fails. Elsewhere it is silent,
 * so that logs and pipes stay clean. `work` gets what takes its finished share.
 */
export async function withProgress<T>(
  what: string,
  work: (progress: (share: number) => void) => Promise<T>,
  stream: Terminal = process.stderr,
  clock: () => number = Date.now,
): Promise<T> {
  let drawn = Number.NEGATIVE_INFINITY;
  const draw = (share: number) => {
    if (!stream.isTTY || clock() - drawn < REDRAW_MS) return;
    drawn = clock();
    const filled = Math.round(share * WIDTH);
    stream.write(`\r${what} [${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${Math.round(100 * share)} %`);
  };
  try {
    return await work(draw);
  } finally {
    if (stream.isTTY) stream.write(`\r${" ".repeat(what.length + WIDTH + 10)}\r`);
  }
}
