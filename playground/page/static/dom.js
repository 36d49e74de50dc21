// Elements without markup in strings: nothing that Slack, AWS or DNS says can become HTML here.

/**
 * h("button", { class: "plain", onclick: press, "aria-label": "Close" }, "×")
 * False, null and undefined are left out, as attributes and as children.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== false && child !== null && child !== undefined));
  return element;
}

/** What stands in a place, replaced; whoever had the focus gets it back, found by its `data-focus`. */
export function fill(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (focused) place.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

/** Draws a part of the page again only when what it shows has changed. */
export function whenChanged(draw) {
  let shown;
  return (value) => {
    const now = JSON.stringify(value);
    if (now === shown) return;
    shown = now;
    draw(value);
  };
}

/** A name that may be broken after its dots, and only there. */
export function name(text) {
  return h("code", {}, text.split(/(?<=\.)/).flatMap((label) => [label, document.createElement("wbr")]));
}
