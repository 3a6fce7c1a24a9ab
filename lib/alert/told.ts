import { retryOnConflict } from "../retry.ts";
import { AT_ONCE, inParallel } from "../watch/parallel.ts";
import type { HostState } from "../watch/state.ts";
import { Attempts } from "./attempts.ts";
import type { AlertPorts } from "./ports.ts";

/**
 * Notes in each host's state that people had a message about it. `noted` is the state with the note, or undefined if
 * the message is no longer about it.
 */
export async function noteTold(
  { hosts }: Pick<AlertPorts, "hosts">,
  states: readonly HostState[],
  noted: (state: HostState) => HostState | undefined,
): Promise<void> {
  const attempts = new Attempts();
  await inParallel(AT_ONCE, states, async (state) => {
    let current: HostState | undefined = state;
    const note = async () => {
      const next = current && noted(current);
      if (!next || (await hosts.save(next))) return true;
      current = (await hosts.load([state.host])).get(state.host);
      return undefined;
    };
    await attempts.run(() => retryOnConflict(`the note of a message about ${state.host}`, note));
  });
  attempts.end();
}
