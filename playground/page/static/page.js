// The page: it listens to what the world is like, and draws it as the person sees it who you are just now.

import { drawnNames } from "./book.js";
import { Channel } from "./channel.js";
import { loadLibrary } from "./blocks.js";
import { ask, run } from "./deeds.js";
import { Modal, confirmed } from "./dialogs.js";
import { fill, h, whenChanged } from "./dom.js";
import { drawMrkdwn } from "./mrkdwn.js";
import * as panels from "./panels.js";
import { options } from "./plain.js";

const $ = (id) => document.getElementById(id);

const channel = new Channel($("messages"), $("news"));
const modal = new Modal();
let picture; // the last one that came
let me = localStorage.getItem("me") ?? "mina";
let hasLibrary;

// What is to be seen

async function look(told) {
  hasLibrary ??= told.why_plain === null && (await loadLibrary());
  if (picture?.round !== told.round) startAnew();
  picture = told;
  draw();
}

function startAnew() {
  channel.clear();
  modal.clear();
}

function draw() {
  const { world, remark, scenarios, why_plain: whyPlain } = picture;
  say(remark);
  panels.showScenarios({ scenarios, current: world?.scenario.name });
  $("why-plain").hidden = hasLibrary;
  $("why-plain").textContent = `Blocks are drawn plainly here: ${whyPlain ?? "the library could not be loaded"}.`;
  document.body.classList.toggle("asleep", !world);
  $("box").disabled = !world;
  if (!world) return;
  const book = drawnNames(world);
  showPeople(world.slack.people);
  showWhatToTry(world.scenario.what_to_try);
  $("suggestion").textContent = world.command;
  channel.show(inOrder([...world.slack.messages, ...world.said]), who(), book);
  modal.show(world.slack.views, who(), book);
  panels.showServers(world.dns.servers);
  panels.showZones({ zones: world.dns.zones, zone: world.dns.zone });
  panels.showMisses(world.dns.misses);
  panels.showAccounts({ accounts: world.aws.accounts, alias: world.alias });
  panels.showCalls({ operation: world.aws.operation, troubles_waiting: world.aws.troubles_waiting, calls: world.aws.calls });
  panels.showProcesses(world.processes);
}

const showWhatToTry = whenChanged((text) => fill($("to-try"), drawMrkdwn(text, {})));

const inOrder = (messages) => messages.sort((one, other) => Number(one.ts) - Number(other.ts));

function say(sentence) {
  $("banner").hidden = !sentence;
  if ($("banner").textContent !== sentence) $("banner").textContent = sentence;
}

// Who you are

function who() {
  const { people } = picture.world.slack;
  return people.find((person) => person.name === me) ?? people[0];
}

const showPeople = whenChanged((people) => {
  fill(
    $("people-list"),
    people.map(({ name, role }) =>
      h(
        "label",
        {},
        h("input", { type: "radio", name: "me", value: name, checked: name === me, "data-focus": name, onchange: become }),
        h("span", {}, h("b", {}, name), h("small", {}, role)),
      ),
    ),
  );
});

function become({ target }) {
  me = target.value;
  localStorage.setItem("me", me);
  draw();
}

// What is pressed and chosen on a message: one listener, by action id; what it carries stands in the JSON

$("messages").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action-id]");
  if (button) use(button, "press");
});

$("messages").addEventListener("change", (event) => {
  const menu = event.target.closest("[data-action-id]");
  if (menu && event.target.value) use(menu, "choose", event.target.value);
});

async function use(control, deed, value) {
  const { channel: place, ts } = control.closest("[data-ts]").dataset;
  const actionId = control.dataset.actionId;
  const element = find(messageOf(place, ts), actionId);
  const question = element?.confirm ?? (value && options(element ?? {}).find((option) => option.value === value)?.confirm);
  if (!(await confirmed(question, drawnNames(picture.world)))) {
    if (control.tagName === "SELECT") control.value = "";
    return;
  }
  const members = { person: who().name, channel: place, ts, action_id: actionId, ...(value && { value }) };
  control.setAttribute("aria-busy", "true");
  const answer = await ask(deed, members);
  control.removeAttribute("aria-busy");
  if (answer.said) channel.complain(place, ts, answer.said);
}

function messageOf(place, ts) {
  return picture.world.slack.messages.find((message) => message.channel === place && message.ts === ts);
}

/** The element with this action id, wherever in the blocks it stands. */
function find(inside, actionId) {
  if (inside === null || typeof inside !== "object") return undefined;
  if (inside.action_id === actionId) return inside;
  return Object.values(inside)
    .map((part) => find(part, actionId))
    .find(Boolean);
}

// The message box

async function send() {
  const text = $("box").value.trim();
  if (!text) return;
  $("box").value = "";
  const person = who().name;
  const [command, ...rest] = text.split(/\s+/);
  const answer = await (text.startsWith("/")
    ? ask("command", { person, command, text: rest.join(" ") })
    : ask("say", { person, text }));
  if (!answer.ok) say(answer.said);
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
$("box").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
$("suggestion").addEventListener("click", () => {
  $("box").value = $("suggestion").textContent;
  $("box").focus();
});

// On a narrow screen one part is shown at a time

$("tabs").addEventListener("click", (event) => {
  const { panel } = event.target.dataset;
  if (panel) open(panel);
});

function open(panel) {
  document.body.dataset.panel = panel;
  for (const tab of $("tabs").children) tab.setAttribute("aria-pressed", String(tab.dataset.panel === panel));
}

// The stream

open("channel");
panels.listen();
const stream = new EventSource("/events");
let looking = Promise.resolve();
stream.addEventListener("message", (event) => {
  const told = JSON.parse(event.data);
  if (told.run !== run) location.reload(); // another run listens on this port now
  else looking = looking.then(() => look(told));
});
stream.addEventListener("error", () => say("The playground has ended, or can't be reached. Start it with `make play`."));
