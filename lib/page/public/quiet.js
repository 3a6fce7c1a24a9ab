import { change } from "./api.js";
import { h, setText, viewLink } from "./dom.js";
import { moment, several } from "./words.js";

/** Patterns that are quiet because people called them false alarms, each with a button that withdraws it. */
export function quietPatterns(onChange) {
  const said = h("p", { class: "said", role: "status" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const list = h("ul", {});
  const none = h("p", { class: "muted" }, "Nothing: every incident brings messages.");
  // Before the first answer nobody knows whether something is quiet.
  const element = h("section", { class: "card", hidden: true }, h("h2", {}, "Quiet"), said, trouble, list, none);

  async function withdraw(id, what) {
    setText(trouble, "");
    setText(said, "");
    try {
      await change("withdraw", { id });
      setText(said, `${what} brings messages again.`);
      onChange();
    } catch (error) {
      setText(trouble, error.message);
    }
  }

  function row({ id, host, group, what, by, reason, since, until, incidents }) {
    const where = host === undefined ? `group ${group}` : host;
    const why = `by ${by}${reason ? `: ${reason}` : ""}, ${several(incidents, "incident")}`;
    const words = `, ${what}: quiet since ${moment(since)} ${why}; until ${moment(until)} `;
    const onclick = () => withdraw(id, `${where}, ${what},`);
    return h(
      "li",
      {},
      h("code", {}, id),
      " ",
      host === undefined ? where : viewLink("host", { host }, host),
      words,
      h("button", { type: "button", onclick }, "Withdraw", h("span", { class: "unseen" }, ` quiet pattern ${id}`)),
    );
  }

  return {
    element,
    show(quiets) {
      element.hidden = false;
      none.hidden = quiets.length > 0;
      // A person may be about to press a button: it stays while nothing has changed.
      const text = JSON.stringify(quiets);
      if (list.dataset.shown === text) return;
      list.dataset.shown = text;
      list.replaceChildren(...quiets.map(row));
    },
  };
}
