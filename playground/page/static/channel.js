// The channel as one person sees it: messages and their edits in place, threads, whispers. A message is drawn again
// only when it has changed, so that focus and scrolling stay where they are.

import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { drawMrkdwn } from "./mrkdwn.js";

const NEAR_THE_END_PX = 80;
const SLACKBOT = "USLACKBOT";

export class Channel {
  #list;
  #news;
  #drawn = new Map(); // by channel and ts: { shown, item, body, replies, end }
  #isFirstLook = true;

  constructor(list, news) {
    this.#list = list;
    this.#news = news;
  }

  /** Everything anew: another world, another hand that draws. */
  clear() {
    for (const each of this.#drawn.values()) each.end();
    this.#drawn.clear();
    this.#list.replaceChildren();
    this.#isFirstLook = true;
  }

  /** Draws what `me` sees of these messages. */
  show(messages, me, book) {
    const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR_THE_END_PX;
    const seen = messages.filter((message) => sees(me, message, book));
    const changed = seen.map((message) => this.#draw(message, book)).filter(Boolean);
    this.#forget(seen);
    const isTop = (message) => !message.thread_ts || message.is_broadcast;
    place(this.#list, seen.filter(isTop).map((message) => this.#at(message).item));
    for (const message of seen.filter(isTop)) this.#showReplies(message, seen);
    if (isAtEnd && changed.length) this.#list.scrollTop = this.#list.scrollHeight;
    if (!this.#isFirstLook && changed.length) this.#news.textContent = spoken(changed.at(-1), book);
    this.#isFirstLook = false;
  }

  /** A sentence beside the message whose button it is about. */
  complain(channel, ts, sentence) {
    const drawn = this.#drawn.get(`${channel}/${ts}`);
    if (drawn) drawn.trouble.textContent = sentence;
  }

  #at(message) {
    return this.#drawn.get(`${message.channel}/${message.ts}`);
  }

  /** The message, if it had to be drawn. */
  #draw(message, book) {
    const key = `${message.channel}/${message.ts}`;
    const shown = JSON.stringify(message);
    const before = this.#drawn.get(key);
    if (before?.shown === shown) return undefined;
    const drawn = before ?? skeleton(message, book);
    const focused = drawn.body.contains(document.activeElement) ? document.activeElement.dataset.actionId : undefined;
    before?.end();
    const end = message.blocks.length
      ? drawBlocks(drawn.body, message.blocks, book)
      : drawText(drawn.body, message.text, book);
    drawn.edited.hidden = message.edits === 0;
    drawn.trouble.textContent = "";
    if (focused) drawn.body.querySelector(`[data-action-id="${CSS.escape(focused)}"]`)?.focus();
    this.#drawn.set(key, { ...drawn, shown, end });
    return message;
  }

  #forget(seen) {
    const kept = new Set(seen.map((message) => `${message.channel}/${message.ts}`));
    for (const [key, each] of this.#drawn) {
      if (kept.has(key)) continue;
      each.end();
      each.item.remove();
      this.#drawn.delete(key);
    }
  }

  #showReplies(message, seen) {
    const { thread, toggle, replies } = this.#at(message);
    const under = seen.filter((each) => each.thread_ts === message.ts && !each.is_broadcast);
    thread.hidden = under.length === 0;
    toggle.textContent = under.length === 1 ? "1 reply" : `${under.length} replies`;
    place(replies, under.map((each) => this.#at(each).item));
  }
}

/** The text that a phone or a screen reader gets; the app writes it for them. */
function spoken(message, book) {
  const whisper = message.visible_to ? "Only visible to you: " : "";
  const said = h("span", {}, drawMrkdwn(message.text, book.names)).textContent;
  return `${whisper}${book.people[message.user]?.name ?? "Slackbot"}: ${said}`;
}

function sees(me, message, book) {
  if (message.visible_to) return message.visible_to === me.id;
  return book.isChannel(message.channel) || book.isMine(message.channel, me);
}

function drawText(body, text, book) {
  body.append(h("div", { class: "mrkdwn" }, drawMrkdwn(text, book.names)));
  return () => body.replaceChildren();
}

/** A message without its text. */
function skeleton(message, book) {
  const isSlackbot = message.user === SLACKBOT;
  const author = book.people[message.user] ?? { name: "Slackbot", isApp: true };
  const at = new Date(Number(message.ts) * 1000);
  const body = h("div", { class: "blocks" });
  const edited = h("span", { class: "edited" }, "(edited)");
  const trouble = h("p", { class: "trouble", role: "alert" });
  const replies = h("ol", { class: "replies" });
  const toggle = h("button", { type: "button", class: "toggle", "aria-expanded": "true", onclick: fold });
  const thread = h("div", { class: "thread", hidden: true }, toggle, replies);
  const item = h(
    "li",
    { class: `message ${message.visible_to ? "whisper" : ""}`, "data-channel": message.channel, "data-ts": message.ts },
    h("span", { class: `avatar ${author.isApp ? "app" : `of-${author.number}`}`, "aria-hidden": "true" }, initial(author.name)),
    h(
      "div",
      { class: "content" },
      message.visible_to && h("p", { class: "only-you" }, "Only visible to you"),
      book.isDirect(message.channel) && h("p", { class: "only-you" }, "A direct message to you"),
      h(
        "p",
        { class: "by" },
        h("b", {}, author.name),
        author.isApp && !isSlackbot && h("span", { class: "badge" }, "APP"),
        h("time", { datetime: at.toISOString() }, at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
        edited,
      ),
      body,
      trouble,
      thread,
    ),
  );
  return { item, body, edited, trouble, replies, toggle, thread };
}

function fold({ currentTarget: toggle }) {
  const isOpen = toggle.getAttribute("aria-expanded") === "true";
  toggle.setAttribute("aria-expanded", String(!isOpen));
  toggle.nextElementSibling.hidden = isOpen;
}

function initial(name) {
  return name.replace(/^@/, "").slice(0, 1).toUpperCase();
}

/** Puts items into a list in this order, and touches none that is there already. */
function place(list, items) {
  items.forEach((item, index) => {
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
}
