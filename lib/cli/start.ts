import { programOf, run } from "./program.ts";

/** Who reads no further, like `head`, has had enough, and there is nobody left to tell anything. */
function endOfPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}

/**
 * Runs a command line. `analyze` is loaded by itself: the others bring the clients of AWS and the twin with them, which take longer to
 * load than a small file to analyse, and more memory than a large one.
 */
export async function start(argv: readonly string[]): Promise<number> {
  process.stdout.on("error", endOfPipe);
  if (argv[2] === "analyze") {
    const { analyzeCommand } = await import("./analyze-command.ts");
    return run(programOf([analyzeCommand()]), argv);
  }
  const { main } = await import("./main.ts");
  return main(argv);
}
