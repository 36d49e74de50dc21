// Which hand draws a block: the kept library where it was built, plain drawing otherwise. Never blank.

import { h } from "./dom.js";
import { drawMrkdwn } from "./mrkdwn.js";
import { STEP_WORDS, asJson, drawPlainly, hasFields } from "./plain.js";

let library; // the bundle's module, once it is loaded
const SOMETHING = "hr, img, svg, input, button, table";

/** Loads the bundle with its style sheet; whether it is there. */
export async function loadLibrary() {
  try {
    library = await import("/bundle/blocks.js");
    document.head.prepend(h("link", { rel: "stylesheet", href: "/bundle/blocks.css" }));
    return true;
  } catch {
    return false;
  }
}

/** Draws blocks into a place, and gives the function that takes them away. `book` is who has which name. */
export function drawBlocks(place, blocks, book) {
  const endings = blocks.map((block) => {
    const slot = h("div", { class: "block" });
    place.append(slot);
    return drawOne(slot, block, book);
  });
  return () => {
    endings.forEach((end) => end());
    place.replaceChildren();
  };
}

function drawOne(slot, block, book) {
  if (!library || hasFields(block)) {
    slot.classList.add("plainly");
    slot.append(drawPlainly(block, book.names));
    return () => {};
  }
  const host = h("div", { class: "by-library" });
  slot.append(host);
  const texts = [];
  const end = library.drawBlock(host, prepared(block, texts), book.data);
  putBack(host, texts, book.names);
  markButtons(host);
  spellOutSteps(host);
  if (host.textContent.trim() || host.querySelector(SOMETHING)) return end;
  end();
  slot.classList.add("plainly");
  slot.replaceChildren(asJson(block));
  return () => {};
}

// The library takes `verbatim` for "no markup at all", reads a bold beginning in the code `*.example.com`, and makes
// links of plain text. So it gets a mark for each text, and the page draws what belongs there.

const MARK = /\uE000(\d+)\uE001/;
const TEXTS = new Set(["mrkdwn", "plain_text", "raw_text"]);

/** The block with marks for its texts, and without `confirm`: the library's own dialog would tell nobody. */
function prepared(block, texts) {
  return JSON.parse(
    JSON.stringify(block, (key, value) => {
      if (key === "confirm") return undefined;
      if (!TEXTS.has(value?.type) || typeof value.text !== "string") return value;
      texts.push(value);
      return { ...value, type: value.type, text: `\uE000${texts.length - 1}\uE001`, verbatim: true };
    }),
  );
}

function putBack(host, texts, names) {
  const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
  const marked = [];
  while (walker.nextNode()) if (MARK.test(walker.currentNode.data)) marked.push(walker.currentNode);
  for (const node of marked) {
    const { type, text } = texts[Number(MARK.exec(node.data)[1])];
    const drawn = type === "mrkdwn" ? drawMrkdwn(text, names) : [text];
    node.replaceWith(h("span", { class: type === "mrkdwn" ? "mrkdwn" : "verbatim" }, drawn));
  }
}

/** The library tells the state of a step by colour alone. */
function spellOutSteps(host) {
  for (const mark of host.querySelectorAll('[class*="task_card_status_"]')) {
    const state = /task_card_status_(\w+)/.exec(mark.className)[1];
    mark.after(h("span", { class: "unseen" }, `${STEP_WORDS[state] ?? state}: `));
  }
}

/** The library names a button by its action id as `id`, which several cards would share. */
function markButtons(host) {
  for (const button of host.querySelectorAll("button[id]")) {
    button.dataset.actionId = button.id;
    button.removeAttribute("id");
  }
}
