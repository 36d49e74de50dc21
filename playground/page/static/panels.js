// What stands around the channel: scenarios, DNS, CloudFront, the bot's processes. Each draws what the world is like,
// and asks for deeds; none remembers anything.

import { ask } from "./deeds.js";
import { fill, h, name as dnsName, whenChanged } from "./dom.js";
import { drawMrkdwn } from "./mrkdwn.js";

const $ = (id) => document.getElementById(id);

/** Listens to the panels' fixed buttons and forms. */
export function listen() {
  for (const button of document.querySelectorAll("button[data-deed]")) {
    const { deed, kind } = button.dataset;
    button.addEventListener("click", () => doAndTell(button, deed, kind ? { kind } : {}));
  }
  onSubmit("mistakes", () => ["create-wrongly", { mistake: $("mistake").value }]);
  onSubmit("break-server", () => ["break-server", { number: Number($("server").value), trouble: $("trouble").value }]);
  onSubmit("add-record", () => {
    const [rdtype, name, value] = ["rdtype", "record-name", "record-value"].map((id) => $(id).value.trim());
    return ["add-record", { rdtype, name, value }];
  });
  onSubmit("break-aws", () => orderedTrouble($("aws-trouble").value));
  $("aws-trouble").addEventListener("change", () => ($("refusal").hidden = $("aws-trouble").value !== "refuse"));
}

function orderedTrouble(trouble) {
  if (trouble !== "refuse") return ["break-aws", { trouble }];
  return ["refuse-aws", { code: $("refusal-code").value.trim(), message: $("refusal-text").value.trim() }];
}

function onSubmit(id, deed) {
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    doAndTell($(id), ...deed());
  });
}

async function doAndTell(origin, deed, members) {
  tell(origin.closest(".panel").id, await ask(deed, members));
}

function tell(panel, answer) {
  const line = document.querySelector(`[data-said="${panel}"]`);
  line.textContent = answer.said;
  line.classList.toggle("wrong", !answer.ok);
}

function small(label, spoken, deed, members) {
  return h(
    "button",
    { type: "button", class: "small", "aria-label": spoken, "data-focus": spoken, onclick: (event) => doAndTell(event.target, deed, members) },
    label,
  );
}

export const showScenarios = whenChanged(({ scenarios, current }) => {
  fill(
    $("scenario-list"),
    scenarios.map(({ name, what_to_try: whatToTry }) =>
      h(
        "li",
        { "aria-current": name === current && "true" },
        h(
          "button",
          {
            type: "button",
            "data-focus": name,
            "aria-current": name === current && "true",
            "aria-describedby": `try-${name}`,
            onclick: () => ask("begin", { scenario: name }),
          },
          name,
        ),
        h("p", { id: `try-${name}` }, drawMrkdwn(whatToTry, {})),
      ),
    ),
  );
});

export const showServers = whenChanged((servers) => {
  fill(
    $("servers"),
    servers.map(({ number, ip, troubles }) =>
      h("li", {}, h("span", {}, `Name server ${number}`), h("code", {}, ip), status(troubles.join(", ") || "all is well", troubles.length === 0)),
    ),
  );
  fill($("server"), servers.map(({ number }) => h("option", { value: number, selected: number === servers.length }, number)));
});

export const showZones = whenChanged(({ zones, zone }) => {
  fill($("zones"), zones.map((each) => drawZone(each, each.name === zone)));
});

function drawZone({ name, records, more }, isOpen) {
  const title = h("summary", {}, h("h3", {}, `Zone ${name}`), ` ${records.length + more} records`);
  const columns = ["Name", "Type", "Value", "TTL", ""];
  return h(
    "details",
    { open: isOpen },
    title,
    h(
      "div",
      { class: "b-scroll", tabindex: "0", role: "region", "aria-label": `Records of ${name}` },
      h(
        "table",
        { class: "records" },
        h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column || h("span", { class: "unseen" }, "Remove"))))),
        h("tbody", {}, records.map(drawRecord)),
      ),
    ),
    more > 0 && h("p", { class: "hint" }, `and ${more} more`),
  );
}

function drawRecord({ name, type, value, ttl, is_removable: isRemovable }) {
  return h(
    "tr",
    { class: isRemovable || "own" },
    h("td", {}, dnsName(name)),
    h("td", {}, type),
    h("td", {}, dnsName(value)),
    h("td", {}, ttl),
    h("td", {}, isRemovable && small("×", `Remove ${name} ${type}`, "remove-record", { name })),
  );
}

export const showMisses = whenChanged((misses) => {
  const nothing = h("li", { class: "hint" }, "No miss. Whoever asks it sees what is published.");
  const lines = misses.map(({ name, seconds }) =>
    h("li", {}, h("code", {}, name), status(`not there, for ${seconds} s more`, false)),
  );
  fill($("misses"), lines.length ? lines : nothing);
});

export const showAccounts = whenChanged(({ accounts, alias }) => {
  fill(
    $("accounts"),
    accounts.map(({ id, name, distributions, more, tenants }) =>
      h(
        "div",
        { class: "account" },
        h("h3", {}, name, " ", h("code", {}, id)),
        distributions.map((each) => drawDistribution(each, alias)),
        more > 0 && h("p", { class: "hint" }, `and ${more} more distributions`),
        tenants.map((each) => drawTenant(each, alias)),
      ),
    ),
  );
});

function drawDistribution(each, alias) {
  const has = each.aliases.map((name) => h("code", { class: name === alias && "wanted" }, name));
  if (each.more_aliases) has.push(`and ${each.more_aliases} more`);
  const other = each.enabled ? "Disable" : "Enable";
  const act = (label, deed, members = {}) => small(label, `${label}: ${each.name}`, deed, { distribution: each.name, ...members });
  return h(
    "div",
    { class: "distribution" },
    h(
      "div",
      { class: "row" },
      h("b", {}, each.name),
      h("code", {}, each.id),
      status(each.enabled ? "enabled" : "disabled", each.enabled),
      each.status !== "Deployed" && status(each.status, false),
    ),
    h("p", { class: "names" }, has.length ? has : "no alias"),
    h("p", { class: "hint" }, each.certificate),
    h("p", { class: "hint" }, h("code", {}, each.domain_name)),
    h(
      "div",
      { class: "row" },
      act(other, "switch", { enabled: !each.enabled }),
      act("Certify for the alias", "certify"),
      !each.aliases.includes(alias) && act("Let AWS Support move it here", "support-moves"),
    ),
  );
}

function drawTenant(each, alias) {
  const has = each.aliases.map((name) => h("code", { class: name === alias && "wanted" }, name));
  return h(
    "div",
    { class: "distribution" },
    h(
      "div",
      { class: "row" },
      h("b", {}, each.name),
      h("code", {}, each.id),
      status(each.enabled ? "enabled" : "disabled", each.enabled),
    ),
    h("p", { class: "names" }, has.length ? has : "no alias"),
    h("p", { class: "hint" }, "tenant of ", h("code", {}, each.tenant_of), ", reached at ", h("code", {}, each.reached_at)),
  );
}

export const showCalls = whenChanged(({ operation, troubles_waiting: waiting, calls }) => {
  const ordered = waiting ? `${waiting === 1 ? "One trouble waits" : `${waiting} troubles wait`} for it. ` : "";
  $("aws-waiting").textContent = `${ordered}${operation} was called ${calls === 1 ? "once" : `${calls} times`} so far.`;
});

export const showProcesses = whenChanged((processes) => {
  const nothing = h("li", { class: "hint" }, "No process of its own: the bot runs elsewhere.");
  const lines = processes.map(({ name, pid, is_running: isRunning }) =>
    h(
      "li",
      {},
      h("span", {}, name),
      h("code", {}, `pid ${pid}`),
      status(isRunning ? "running" : "gone", isRunning),
      isRunning && small("Kill", `Kill ${name}`, "kill", { name }),
    ),
  );
  fill($("processes"), lines.length ? lines : nothing);
});

function status(words, isWell) {
  return h("span", { class: `status ${isWell ? "well" : "unwell"}` }, words);
}
