/** An element with its properties and children; `class`, `data-…`, `aria-…`, `role` and the like are attributes, `on…` listeners. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same in a drawing. */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(name, String(value));
  element.append(...children.flat());
  return element;
}

/** Writes only what differs: the browser lays out nothing for what stays. */
export function setText(element, text) {
  const { firstChild } = element;
  // A text that is there is changed: cheaper than another one in its place.
  if (firstChild?.nodeType === Node.TEXT_NODE && element.childNodes.length === 1) {
    if (firstChild.data !== text) firstChild.data = text;
  } else if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Brings the children into this order with few moves, and leaves the focus where it was. */
export function arrange(parent, wanted) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : undefined;
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  let cursor = parent.firstElementChild;
  for (const element of wanted) {
    if (element !== cursor && cursor?.nextElementSibling === element) {
      // The one at the cursor has moved down, not all the others up.
      parent.append(cursor);
      cursor = element;
    }
    if (element === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(element, cursor);
  }
  if (focused && focused !== document.activeElement) focused.focus({ preventScroll: true });
}

/** The wanted children, and in its place the one with the focus: whoever has just labelled it may want to add a note. */
export function withFocused(parent, wanted) {
  const children = [...parent.children];
  const place = children.findIndex((child) => child.contains(document.activeElement));
  return place < 0 || wanted.includes(children[place]) ? wanted : wanted.toSpliced(place, 0, children[place]);
}
