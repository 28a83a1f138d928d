"use strict";

// All text comes from other people: it is put in as text, never as markup.
const $ = (id) => document.getElementById(id);

function el(tag, props, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((child) => child !== ""));
  return node;
}

async function call(method, path, body) {
  const init = { method };
  if (body !== undefined) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Error("the server doesn't answer (is it still running?)");
  }
  const answer = await response.json();
  if (!response.ok) {
    const fields = (answer.fields ?? []).map((f) => `${f.field}: ${f.text}`);
    throw new Error([answer.error, ...fields].join("\n"));
  }
  return answer;
}

function say(text) {
  $("message").textContent = text;
  $("message").hidden = text === "";
}

// act runs what a button does, and shows what went wrong.
async function act(what) {
  say("");
  try {
    await what();
  } catch (err) {
    say(err.message);
  }
}

const pairs = (counts) => Object.entries(counts ?? {}).map(([name, n]) => `${n} ${name || "pending"}`).join(", ");

const lines = (id, texts) => $(id).replaceChildren(...(texts ?? []).map((text) => el("li", { textContent: text })));

let plan = "";
let wasRunning = false;
let timer;

async function loadState() {
  const state = await call("GET", "/api/state");
  const { connection, last_run: run, progress } = state;
  $("account").textContent = `${state.integration.name}, ${state.settings.domain}`;
  $("connection").textContent = connection.state || "not tested";
  $("problem").textContent = connection.problem ?? "";
  $("sync").disabled = state.running;
  $("bar").hidden = !state.running;
  if (progress?.total) {
    $("bar").max = progress.total;
    $("bar").value = progress.done;
  } else {
    $("bar").removeAttribute("value");
  }
  $("progress").textContent = state.running ? describe(progress) : "";
  $("run").textContent = run ? [run.state, pairs(run.read), pairs(run.outcomes)].filter(Boolean).join("; ") : "none";
  $("sum").textContent = state.reconciliation.companies.length === 0 ? "" :
    state.reconciliation.text + (state.reconciliation.adds_up ? "" : ": this doesn't add up, which is a fault of dovetail's");
  const problems = new Set([...(run?.problems ?? []), ...(state.sync_error ? [state.sync_error] : [])]);
  lines("problems", state.running ? [] : [...problems]);
  $("changes").hidden ||= plan !== (run?.plan ?? "");
  plan = run?.plan ?? "";
  $("show").hidden = plan === "";
  if ($("bulks").childElementCount === 0) {
    $("bulks").append(...state.bulks.map((bulk) => button(`${bulk}…`, () => preview(bulk))));
  }
  clearTimeout(timer);
  if (state.running) {
    timer = setTimeout(() => loadState().catch((err) => say(err.message)), 300);
  } else if (wasRunning) {
    await loadCompanies();
  }
  wasRunning = state.running;
}

function describe(progress) {
  if (!progress) return "starting";
  const count = progress.total ? `${progress.done} of ${progress.total}` : progress.done || "";
  return [progress.event, progress.kind, count, progress.text].filter(Boolean).join(" ");
}

function button(text, what) {
  const b = el("button", { type: "button", textContent: text });
  b.addEventListener("click", () => act(async () => {
    b.disabled = true;
    try {
      await what();
    } finally {
      b.disabled = false;
    }
  }));
  return b;
}

async function loadCompanies() {
  const { companies, here } = await call("GET", "/api/companies");
  $("companies").tBodies[0].replaceChildren(...companies.map((row) => companyRow(row, here)));
}

function companyRow(row, here) {
  const name = row.url ? el("a", { href: row.url, rel: "noopener noreferrer", target: "_blank", textContent: row.name }) : row.name;
  const hints = (row.suggestions ?? []).map((s) =>
    el("small", { textContent: `${s.name} (${Math.round(100 * s.confidence)} %: ${s.because.join(", ")})` }));
  return el("tr", {},
    el("td", {}, name, row.status === "active" ? "" : el("small", { textContent: row.status })),
    el("td", {}, row.state, row.by ? el("small", { textContent: `by ${row.by}` }) : ""),
    el("td", { textContent: row.group }),
    el("td", {}, row.here ?? "", ...hints),
    el("td", { textContent: pairs(row.counts) }),
    el("td", {}, ...choices(row, here)));
}

// choices are the buttons that make sense for a row as it stands.
function choices(row, here) {
  const choose = (verdict, company) => decide([{ key: row.key, revision: row.revision, verdict, company: company ?? "" }]);
  if (row.state === "matched" || row.state === "ignored") {
    return [button("Unmatch", () => choose("unmatch"))];
  }
  const target = el("select", { ariaLabel: "company here" },
    ...here.map((c) => el("option", { value: c.id, textContent: c.name })));
  if (row.suggestions) {
    target.value = row.suggestions[0].company;
  }
  return [
    target, button("Match", () => choose("match", target.value)),
    button("Create", () => choose("create")), button("Ignore", () => choose("ignore")),
  ];
}

async function decide(decisions) {
  if (decisions.length === 0) return;
  const { decided } = await call("POST", "/api/decide", { decisions });
  say(decided.filter((d) => d.error).map((d) => d.error).join("\n"));
  await loadCompanies();
  await loadState();
}

async function preview(bulk) {
  const { proposals } = await call("GET", "/api/proposals?" + new URLSearchParams({ bulk }));
  if (proposals.length === 0) {
    say("there is no company to do this with");
    return;
  }
  const rows = proposals.map((p) => {
    const tick = el("input", { type: "checkbox", checked: true });
    const label = el("label", {}, tick, ` ${p.name}`, p.here ? ` = ${p.here}` : "");
    return { p, tick, tr: el("tr", {}, el("td", {}, label), el("td", { textContent: (p.because ?? []).join(", ") })) };
  });
  $("preview").querySelector("h3").textContent = bulk;
  $("preview").querySelector("tbody").replaceChildren(...rows.map((row) => row.tr));
  $("accept").onclick = () => act(async () => {
    $("preview").hidden = true;
    await decide(rows.filter((row) => row.tick.checked).map((row) => row.p.decision));
  });
  $("preview").hidden = false;
}

async function showChanges() {
  const { changes, more } = await call("GET", "/api/changes?" + new URLSearchParams({ plan }));
  $("changes").querySelector("tbody").replaceChildren(...changes.map((c) => el("tr", {},
    el("td", { textContent: c.action }),
    el("td", { textContent: c.company }),
    el("td", {}, c.name ?? `${c.kind} ${c.key}`, c.layout ? el("small", { textContent: c.layout }) : ""),
    el("td", {}, ...(c.set ?? []).map((s) => el("small", { textContent: `${s.field}: ${s.from ? `${s.from} → ` : ""}${s.to ?? "(blank)"}` }))),
    el("td", { textContent: c.reason }),
    el("td", {}, c.outcome || "pending", c.problem ? el("small", { textContent: c.problem }) : ""))));
  $("more").hidden = !more;
  $("changes").hidden = false;
}

async function test() {
  let report;
  try {
    report = await call("POST", "/api/test");
  } finally {
    await loadState();
  }
  lines("report", [
    `account ${report.account}${report.user ? `, as ${report.user}` : ""}: ${pairs(report.counts)}`,
    ...(report.rights ?? []).map((r) => `right "${r.name}": ${r.granted ? "granted" : "MISSING"}`),
    ...(report.warnings ?? []), ...(report.notes ?? []),
  ]);
}

async function sync() {
  const answer = await call("POST", "/api/sync");
  if (!answer.started) say("a run is under way already: this is how far it is");
  wasRunning = true;
  await loadState();
}

$("test").addEventListener("click", () => act(test));
$("sync").addEventListener("click", () => act(sync));
$("show").addEventListener("click", () => act(showChanges));
$("cancel").addEventListener("click", () => { $("preview").hidden = true; });
act(loadState);
act(loadCompanies);
