import { setText } from "./dom.js";

/**
 * Asks the same question again and again, but one at a time and not more often than `everyMs` says; shows the answer,
 * or says what is wrong. An answer to another question than the newest, or after the end, is dropped.
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
    /** The answer is out of date, though the question is the same. */
    soon() {
      isStale = true;
      void turn();
    },
    /** The question is another one. */
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
