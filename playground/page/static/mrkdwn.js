// Slack's markup as elements: code, bold, italic, struck, links, mentions, dates, quotes.

import { h } from "./dom.js";

const MARKS = [
  [/```([^]+?)```/, (match) => h("pre", {}, unescaped(match[1].replace(/^\n|\n$/g, "")))],
  [/`([^`\n]+)`/, (match) => h("code", {}, unescaped(match[1]))],
  [/<([^<>\n]+)>/, (match, names) => angled(match[1], names)],
  [/(?<![\w*])\*(\S|\S[^*\n]*?\S)\*(?![\w*])/, (match, names) => h("b", {}, drawMrkdwn(match[1], names))],
  [/(?<![\w_])_(\S|\S[^_\n]*?\S)_(?![\w_])/, (match, names) => h("i", {}, drawMrkdwn(match[1], names))],
  [/(?<![\w~])~(\S|\S[^~\n]*?\S)~(?![\w~])/, (match, names) => h("s", {}, drawMrkdwn(match[1], names))],
];

/** A list of nodes. `names` maps ids of people, groups and channels to what a mention of them reads. */
export function drawMrkdwn(text, names) {
  const first = MARKS.map(([pattern, draw]) => ({ match: pattern.exec(text), draw }))
    .filter(({ match }) => match)
    .sort((one, other) => one.match.index - other.match.index)[0];
  if (!first) return [unescaped(text)];
  const { match, draw } = first;
  const after = text.slice(match.index + match[0].length);
  return [unescaped(text.slice(0, match.index)), draw(match, names), ...drawMrkdwn(after, names)];
}

/** A mention of somebody; an unknown id is shown as it is. */
export function mention(id, names) {
  return h("span", { class: "mention" }, names[id] ?? id);
}

function angled(inside, names) {
  const [target, label] = inside.split(/\|(.*)/s);
  if (/^[@#]/.test(target)) return mention(target.slice(1), names);
  if (target.startsWith("!subteam^")) return mention(target.slice("!subteam^".length), names);
  if (target.startsWith("!date^")) return date(target, unescaped(label ?? target));
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${target.slice(1)}`);
  return link(unescaped(target), unescaped(label ?? target));
}

const DAY = { date_num: { dateStyle: "short" }, date_long: { dateStyle: "full" }, date: { dateStyle: "long" } };

/** `!date^1797992785^{date_short_pretty} {time}`, at the clock of whoever looks, as Slack shows it. */
function date(target, fallback) {
  const [, seconds, format] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  const shown = format.replace(/\{(\w+)\}/g, (_, token) => {
    if (token === "time") return moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    if (token === "time_secs") return moment.toLocaleTimeString();
    const name = token.replace("_pretty", "");
    return moment.toLocaleDateString([], DAY[name] ?? { dateStyle: "medium" });
  });
  return h("time", { datetime: moment.toISOString(), title: fallback }, shown);
}

/** A link that leaves this tab alone; anything but the web and mail is only text. */
export function link(target, label) {
  if (!/^(https?|mailto):/.test(target)) return h("span", {}, label);
  return h("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, label);
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
