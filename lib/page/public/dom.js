/** An element with its children. Properties `on…` are listeners, all others attributes. */
export function h(tag, properties, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/** As `h`, for SVG. */
export function s(tag, attributes, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(element, properties = {}, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** A text whose commands are in backticks. */
export function withCode(text) {
  return text.split("`").map((part, i) => (i % 2 === 1 ? h("code", {}, part) : part));
}

/** A link to a view of this page. */
export function viewLink(view, parameters, words) {
  return h("a", { href: `#/${view}?${new URLSearchParams(parameters)}` }, words);
}

/**
 * Buttons, at most one of them pressed. `options` are pairs of a value and its words. The element's `press` presses the
 * button of a value, or none.
 */
export function choice(label, options, chosen, onChoose) {
  const buttons = options.map(([value, words]) =>
    h(
      "button",
      { type: "button", "aria-pressed": value === chosen ? "true" : "false", onclick: () => choose(value) },
      words,
    ),
  );
  function press(value) {
    for (const [i, button] of buttons.entries()) button.setAttribute("aria-pressed", String(options[i][0] === value));
  }
  function choose(value) {
    press(value);
    onChoose(value);
  }
  return Object.assign(h("div", { class: "tools", role: "group", "aria-label": label }, buttons), { press });
}

/** A table of `tr` elements that scrolls where it is too wide. A column without a name holds buttons. */
export function table(label, columns, rows) {
  const head = columns.map((name) => (name ? h("th", { scope: "col" }, name) : h("td")));
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    h("table", { class: "data" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)),
  );
}

/** Writes only a different text: the browser then lays out nothing. */
export function setText(element, text) {
  const { firstChild } = element;
  // Changing a text node is cheaper than replacing it.
  if (firstChild?.nodeType === Node.TEXT_NODE && element.childNodes.length === 1) {
    if (firstChild.data !== text) firstChild.data = text;
  } else if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Replaces the children, but keeps the focused link and what it lies in: a person may be about to follow it. Nothing in
 * them listens to events.
 */
export function refill(parent, wanted) {
  const next = [...h("div", {}, ...wanted).childNodes];
  const { activeElement: focused } = document;
  const kept = [...parent.childNodes].find((child) => child.contains(focused));
  const place = kept ? next.findIndex((node) => node.nodeName === kept.nodeName && holds(node, focused)) : -1;
  if (place < 0) return parent.replaceChildren(...next);
  for (const child of [...parent.childNodes]) if (child !== kept) child.remove();
  kept.before(...next.slice(0, place));
  kept.after(...next.slice(place + 1));
  for (const { name, value } of next[place].attributes) setAttribute(kept, name, value);
  refill(kept, [...next[place].childNodes]);
}

/** Whether the element is like the focused one, or has a link that leads to the same view. */
function holds(element, focused) {
  const href = focused.getAttribute("href");
  return [element, ...element.querySelectorAll("*")].some(
    (one) => one.nodeName === focused.nodeName && one.getAttribute("href") === href,
  );
}

/** Brings the children into this order with few moves, and keeps the focus. */
export function arrange(parent, wanted) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : undefined;
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  let cursor = parent.firstElementChild;
  for (const element of wanted) {
    if (element !== cursor && cursor?.nextElementSibling === element) {
      // One element has moved down, not all the others up.
      parent.append(cursor);
      cursor = element;
    }
    if (element === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(element, cursor);
  }
  if (focused && focused !== document.activeElement) focused.focus({ preventScroll: true });
}
