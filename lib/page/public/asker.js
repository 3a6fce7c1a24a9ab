import { setText } from "./dom.js";

/**
 * Asks repeatedly, one question at a time and at most once in `everyMs()`. Shows the answer, or the error in `trouble`.
 * Drops an answer to an older question, or after the end.
 */
export function createAsker({ ask, everyMs = () => 0, show, trouble }) {
  let asking = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let question = 0;
  let isStale = false;
  let timer;
  let isEnded = false;

  async function turn() {
    clearTimeout(timer);
    if (asking || isEnded) return;
    const wait = askedAt + everyMs() - Date.now();
    if (wait > 0) {
      timer = setTimeout(turn, wait);
      return;
    }
    asking = true;
    askedAt = Date.now();
    isStale = false;
    const asked = question;
    try {
      const answer = await ask();
      if (!isEnded && asked === question) show(answer);
      setText(trouble, "");
    } catch (error) {
      if (!isEnded) setText(trouble, error.message);
    }
    asking = false;
    if (isStale) void turn();
  }

  return {
    /** Asks the same question again. */
    soon() {
      isStale = true;
      void turn();
    },
    /** Asks another question, at once. */
    now() {
      question++;
      isStale = true;
      askedAt = Number.NEGATIVE_INFINITY;
      void turn();
    },
    end() {
      isEnded = true;
      clearTimeout(timer);
    },
  };
}
