const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);

/**
 * Makes one stop of the Tab key of many items, between which the arrow keys move (the "roving tabindex" of the ARIA
 * Authoring Practices). `refresh` keeps that stop on an item that is visible, after items came or went.
 */
export function arrowKeys(list, selector) {
  let current;

  const visible = () => [...list.querySelectorAll(selector)].filter((item) => item.offsetParent !== null);

  function stopAt(item) {
    if (current !== item) current?.setAttribute("tabindex", "-1");
    current = item;
    current?.setAttribute("tabindex", "0");
  }

  list.addEventListener("focusin", ({ target }) => stopAt(target.closest(selector) ?? current));
  list.addEventListener("keydown", (event) => {
    const from = event.target.closest(selector);
    if (!from || !KEYS.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    nextOf(visible(), from, event.key)?.focus();
  });

  return {
    refresh() {
      if (current?.isConnected && !current.closest("[hidden]")) return;
      stopAt([...list.querySelectorAll(selector)].find((item) => !item.closest("[hidden]")));
    },
  };
}

function nextOf(items, from, key) {
  const place = items.indexOf(from);
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key === "ArrowLeft") return items[place - 1];
  if (key === "ArrowRight") return items[place + 1];
  return inNextRow(items, from, key === "ArrowDown" ? 1 : -1);
}

/** The item of the nearest row above or below that begins nearest to where this one begins. */
function inNextRow(items, from, way) {
  const [here, boxes] = [from.getBoundingClientRect(), items.map((item) => item.getBoundingClientRect())];
  const tops = boxes.map(({ top }) => way * (top - here.top)).filter((distance) => distance > 1);
  if (tops.length === 0) return undefined;
  const row = Math.min(...tops);
  const away = ({ top, left }) => (Math.abs(way * (top - here.top) - row) > 1 ? Infinity : Math.abs(left - here.left));
  const nearest = boxes.reduce((best, box, i) => (away(box) < away(boxes[best]) ? i : best), 0);
  return items[nearest];
}
