// Dialogs: the app's modals, and the question Slack asks before a button with `confirm`. Both are native dialogs, so
// the browser keeps the focus inside and gives it back.

import { drawBlocks } from "./blocks.js";
import { ask } from "./deeds.js";
import { drawMrkdwn } from "./mrkdwn.js";
import { hasFields } from "./plain.js";

const $ = (id) => document.getElementById(id);

/** Asks as Slack does before an action; whether the answer was yes. */
export function confirmed(question, book) {
  if (!question) return Promise.resolve(true);
  const words = (part) => (part.type === "mrkdwn" ? drawMrkdwn(part.text, book.names) : [part.text]);
  $("confirm-title").replaceChildren(...words(question.title));
  $("confirm-text").replaceChildren(...words(question.text));
  $("confirm-yes").textContent = question.confirm?.text ?? "Yes";
  $("confirm-yes").className = question.style === "danger" ? "danger" : "primary";
  $("confirm-no").textContent = question.deny?.text ?? "Cancel";
  const dialog = $("confirm");
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** The modal that lies on top for one person. */
export class Modal {
  #dialog = $("modal");
  #shown; // the view on the screen
  #me;
  #end = () => {};

  constructor() {
    $("modal-form").addEventListener("submit", (event) => this.#submit(event));
    this.#dialog.addEventListener("cancel", (event) => this.#close(event));
    for (const id of ["modal-x", "modal-close"]) $(id).addEventListener("click", (event) => this.#close(event));
  }

  /** Draws what lies on top; a modal that is there already only gets its errors, so that nothing typed is lost. */
  show(views, me, book) {
    const top = views.filter((view) => view.user === me.id).at(-1);
    this.#me = me;
    if (!top) return this.#leave();
    if (top.id !== this.#shown?.id || top.hash !== this.#shown.hash) this.#draw(top, book);
    this.#shown = top;
    this.#mark(top.errors);
    if (!this.#dialog.open) this.#dialog.showModal();
    return undefined;
  }

  /** Another hand draws, or another world: the next look draws anew. */
  clear() {
    this.#leave();
  }

  #leave() {
    this.#end();
    this.#end = () => {};
    this.#shown = undefined;
    if (this.#dialog.open) this.#dialog.close();
  }

  #draw({ definition }, book) {
    this.#end();
    $("modal-title").textContent = definition.title.text;
    $("modal-trouble").textContent = "";
    $("modal-submit").hidden = !definition.submit;
    $("modal-submit").textContent = definition.submit?.text ?? "";
    $("modal-close").textContent = definition.close?.text ?? (definition.submit ? "Cancel" : "Close");
    this.#end = drawBlocks($("modal-body"), definition.blocks, book);
    if (definition.blocks.some(hasFields)) queueMicrotask(() => this.#dialog.querySelector("[data-field]")?.focus());
  }

  #mark(errors) {
    for (const input of this.#dialog.querySelectorAll("[data-block-id]")) {
      const sentence = errors[input.dataset.blockId] ?? "";
      const line = input.querySelector(".b-error");
      if (line.textContent !== sentence) line.textContent = sentence;
      input.querySelector("[data-field]")?.setAttribute("aria-invalid", String(Boolean(sentence)));
    }
  }

  async #submit(event) {
    event.preventDefault();
    const empty = [...this.#dialog.querySelectorAll("[data-field][required]")].find((field) => field.value === "");
    if (empty) {
      $("modal-trouble").textContent = "Please fill in what is asked for.";
      empty.focus();
      return;
    }
    const submit = $("modal-submit");
    submit.disabled = true;
    const answer = await ask("submit", { person: this.#me.name, view: this.#shown.id, values: this.#values() });
    submit.disabled = false;
    $("modal-trouble").textContent = answer.said;
  }

  #values() {
    const fields = [...this.#dialog.querySelectorAll("[data-field]")];
    return Object.fromEntries(fields.map((field) => [field.dataset.field, valueOf(field)]).filter(([, value]) => value.length));
  }

  #close(event) {
    event.preventDefault();
    if (this.#shown) ask("close", { person: this.#me.name, view: this.#shown.id });
  }
}

function valueOf(field) {
  if (!field.classList.contains("b-choices")) return field.value;
  const ticked = [...field.querySelectorAll("input:checked")].map((box) => box.value);
  return field.getAttribute("role") === "radiogroup" ? (ticked[0] ?? "") : ticked;
}
