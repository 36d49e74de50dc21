// Blocks drawn by hand, plainly: where the kept library was not built, and for all that people fill in or choose from,
// since the library's menus hear no key and report no choice. A block nobody knows is shown as its JSON.

import { h } from "./dom.js";
import { drawMrkdwn, link, mention } from "./mrkdwn.js";

const STEP_MARKS = { complete: "✓", in_progress: "…", error: "✗", pending: "·" };
/** What the state of a step is called. */
export const STEP_WORDS = { complete: "done", in_progress: "under way", error: "failed", pending: "still to come" };

const BLOCKS = {
  header: (block) => h("h3", { class: "b-header" }, block.text.text),
  section: (block, names) =>
    h(
      "div",
      { class: "b-section" },
      block.text && h("div", { class: "mrkdwn" }, text(block.text, names)),
      block.fields && h("div", { class: "b-fields" }, block.fields.map((field) => h("div", {}, text(field, names)))),
      block.accessory && h("div", { class: "b-accessory" }, element(block.accessory, names, block.block_id)),
    ),
  context: (block, names) =>
    h("div", { class: "b-context" }, block.elements.map((part) => h("span", {}, element(part, names)))),
  actions: (block, names) =>
    h("div", { class: "b-actions" }, block.elements.map((part) => element(part, names, block.block_id))),
  divider: () => h("hr"),
  image: (block) => h("p", { class: "b-image" }, `(${block.alt_text})`),
  markdown: (block) => h("pre", { class: "b-markdown" }, block.text),
  alert: (block, names) => h("div", { class: `b-alert ${block.level ?? "default"}`, role: "note" }, text(block.text, names)),
  rich_text: (block, names) => h("div", { class: "b-rich" }, block.elements.map((part) => rich(part, names))),
  plan: (block, names) =>
    h("div", { class: "b-plan" }, h("b", {}, block.title), h("ol", {}, (block.tasks ?? []).map((task) => step(task, names)))),
  task_card: (block, names) => h("ol", { class: "b-plan" }, step(block, names)),
  table: (block, names) =>
    h(
      "div",
      { class: "b-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
      h("table", {}, block.rows.map((row, number) => h("tr", {}, row.map((cell) => cellOf(cell, number, names))))),
    ),
  input: (block, names) =>
    h(
      "div",
      { class: "b-input", "data-block-id": block.block_id },
      h("label", { for: `in-${block.element.action_id}` }, block.label.text, block.optional ? " (optional)" : ""),
      field(block),
      block.hint && h("p", { class: "b-hint", id: `hint-${block.block_id}` }, block.hint.text),
      h("p", { class: "b-error", id: `error-${block.block_id}`, role: "alert" }),
    ),
};

const ELEMENTS = {
  button: (part) =>
    h(
      "button",
      { type: "button", class: `b-button ${part.style ?? ""}`, "data-action-id": part.action_id, "aria-label": part.accessibility_label },
      part.text.text,
    ),
  static_select: (part) =>
    h(
      "select",
      { "data-action-id": part.action_id, "aria-label": part.placeholder?.text ?? "Choose" },
      h("option", { value: "" }, part.placeholder?.text ?? "Choose"),
      options(part).map((option) =>
        h("option", { value: option.value, selected: option.value === part.initial_option?.value }, option.text.text),
      ),
    ),
  overflow: (part) => ELEMENTS.static_select({ ...part, placeholder: { text: "More…" } }),
  radio_buttons: (part) => choices(part, "radio", part.initial_option ? [part.initial_option] : []),
  checkboxes: (part) => choices(part, "checkbox", part.initial_options ?? []),
  image: (part) => h("span", {}, `(${part.alt_text})`),
  mrkdwn: (part, names) => text(part, names),
  plain_text: (part, names) => text(part, names),
};

/** One block as an element, never blank. */
export function drawPlainly(block, names) {
  return BLOCKS[block.type]?.(block, names) ?? asJson(block);
}

/** A block nobody can draw. */
export function asJson(block) {
  return h(
    "div",
    { class: "b-unknown" },
    h("p", {}, `Slack would draw a block of type “${block.type}” here; this page can't:`),
    h("pre", { tabindex: "0" }, JSON.stringify(block, null, 2)),
  );
}

/** Whether a block has anything but buttons to press: menus, boxes, fields. */
export function hasFields(block) {
  const inside = [...(block.elements ?? []), block.accessory, block.element].filter(Boolean);
  return block.type === "input" || inside.some((part) => part.options || part.option_groups || part.type?.endsWith("_input"));
}

/** Every option of a menu, groups included. */
export function options(part) {
  return [...(part.options ?? []), ...(part.option_groups ?? []).flatMap((group) => group.options)];
}

function text(part, names) {
  return part.type === "mrkdwn" ? drawMrkdwn(part.text, names) : part.text;
}

function element(part, names, blockId) {
  return ELEMENTS[part.type]?.(part, names, blockId) ?? asJson(part);
}

function choices(part, type, initial) {
  const chosen = new Set(initial.map((option) => option.value));
  return h(
    "div",
    { class: "b-choices", role: type === "radio" ? "radiogroup" : "group", "data-action-id": part.action_id },
    options(part).map((option) =>
      h("label", {}, h("input", { type, name: part.action_id, value: option.value, checked: chosen.has(option.value) }), option.text.text),
    ),
  );
}

function field({ element: part, block_id: blockId, optional, hint }) {
  const common = {
    id: `in-${part.action_id}`,
    "data-field": part.action_id,
    required: !optional,
    "aria-describedby": `${hint ? `hint-${blockId} ` : ""}error-${blockId}`,
  };
  if (part.type === "plain_text_input") {
    const limits = { maxlength: part.max_length ?? 3000, placeholder: part.placeholder?.text };
    if (part.multiline) return h("textarea", { ...common, ...limits, rows: 3 }, part.initial_value ?? "");
    return h("input", { ...common, ...limits, type: "text", value: part.initial_value, autocomplete: "off" });
  }
  const drawn = element(part);
  drawn.removeAttribute("data-action-id"); // in a dialog nothing is sent before it is submitted
  for (const [name, value] of Object.entries(common)) if (value !== false) drawn.setAttribute(name, value === true ? "" : value);
  return drawn;
}

function step(task, names) {
  const more = [task.details, task.output].filter(Boolean).map((part) => BLOCKS.rich_text(part, names));
  return h(
    "li",
    { class: task.status },
    h("span", { class: "mark", "aria-hidden": "true" }, STEP_MARKS[task.status] ?? "·"),
    h("span", {}, task.title, h("span", { class: "unseen" }, `, ${STEP_WORDS[task.status] ?? task.status}`)),
    more,
  );
}

function cellOf(cell, number, names) {
  const inside = cell.type === "rich_text" ? BLOCKS.rich_text(cell, names) : (cell.text ?? String(cell.value ?? ""));
  return number === 0 ? h("th", { scope: "col" }, inside) : h("td", {}, inside);
}

function rich(part, names) {
  const inside = () => part.elements.map((piece) => pieceOf(piece, names));
  switch (part.type) {
    case "rich_text_list":
      return h(part.style === "ordered" ? "ol" : "ul", {}, part.elements.map((item) => h("li", {}, rich(item, names))));
    case "rich_text_preformatted":
      return h("pre", { tabindex: "0" }, inside());
    case "rich_text_quote":
      return h("blockquote", {}, inside());
    default:
      return h("div", { class: "mrkdwn" }, inside());
  }
}

function pieceOf(piece, names) {
  switch (piece.type) {
    case "text":
      return styled(piece.text, piece.style ?? {});
    case "link":
      return link(piece.url, piece.text ?? piece.url);
    case "user":
    case "usergroup":
    case "channel":
      return mention(piece[`${piece.type}_id`], names);
    case "broadcast":
      return mention(`@${piece.range}`, names);
    case "date":
      return h("time", {}, piece.fallback ?? String(piece.timestamp));
    default:
      return `:${piece.name}:`;
  }
}

function styled(words, style) {
  const tags = { code: "code", bold: "b", italic: "i", strike: "s" };
  return Object.keys(tags).reduce((inner, name) => (style[name] ? h(tags[name], {}, inner) : inner), words);
}
