// What Gradio's components cannot do themselves: say how many quotes were found, bring the newest
// question to the top of the window, ask a suggested question or one from the address (`#q=`, which
// no server sees), copy, save, print. Without it the page still answers.
"use strict";

const byId = (id) => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let newest = null;

function announce() {
  const last = [...document.querySelectorAll("#thread .exchange")].at(-1) ?? null;
  if (last === newest) return;
  newest = last;
  byId("status").textContent = last?.querySelector(".found, .working")?.textContent ?? "";
  // A phone's keyboard would cover the reply.
  if (matchMedia("(pointer: coarse)").matches) document.activeElement?.blur();
  last?.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
}

function ask(question) {
  const box = document.querySelector("#question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  // Gradio takes the value up in its next update; the button then sends it.
  requestAnimationFrame(() => requestAnimationFrame(() => byId("ask-button").click()));
}

function askFromAddress() {
  if (!location.hash.startsWith("#q=")) return;
  try {
    const question = decodeURIComponent(location.hash.slice(3));
    if (question.trim()) ask(question);
  } catch {
    // Not a link that this page made.
  }
}

const questionOf = (exchange) => exchange.querySelector(".asked > bdi").textContent;
const fragmentOf = (exchange) => `#q=${encodeURIComponent(questionOf(exchange))}`;

async function copy(button, text) {
  const said = document.body.dataset;
  try {
    await navigator.clipboard.writeText(text);
    byId("status").textContent = said.copied;
    flash(button, said.copied);
  } catch {
    byId("status").textContent = said.copyFailed;
    flash(button, said.copyFailed);
  }
}

function flash(button, text) {
  const before = button.dataset.label ?? button.textContent;
  button.dataset.label = before;
  button.textContent = text;
  setTimeout(() => (button.textContent = before), 2000);
}

async function post(address, body) {
  return fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

// Only an answer can be saved, and an answer is a function of its question alone (the one before
// serves to ask back), so it is asked for again rather than kept in the page.
async function save(exchange) {
  const response = await post("api/ask", { question: questionOf(exchange) });
  if (!response.ok) {
    byId("status").textContent = (await response.json()).detail;
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = "quoth-reply.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

function printOnly(exchange) {
  exchange.classList.add("to-print");
  document.body.classList.add("printing");
  print();
  document.body.classList.remove("printing");
  exchange.classList.remove("to-print");
}

async function give(button) {
  const here = button.closest(".cited").querySelector(".in-article");
  const [, id] = new URL(here.href).pathname.match(/\/read\/(.*)$/);
  const [start, end] = new URL(here.href).searchParams.get("at").split("-").map(Number);
  const verdict = button.classList.contains("answers") ? "answers" : "does_not";
  const body = { document_id: decodeURIComponent(id), start, end, verdict };
  const { detail } = await (await post("api/feedback", body)).json();
  const box = button.closest(".feedback");
  box.querySelector(".note").textContent = detail;
  box.querySelectorAll("button").forEach((each) => each.remove());
  byId("status").textContent = detail;
}

function pressed(button) {
  const exchange = button.closest(".exchange");
  const address = location.href.split("#", 1)[0];
  if (button.matches(".questions button")) ask(button.textContent);
  else if (button.matches(".copy")) {
    copy(button, button.closest(".copyable").querySelector("pre").textContent);
  } else if (button.matches(".share")) copy(button, address + fragmentOf(exchange));
  else if (button.matches(".save")) save(exchange);
  else if (button.matches(".print")) printOnly(exchange);
  else if (button.matches(".feedback button")) give(button);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#thread button");
  if (button) pressed(button);
  const map = event.target.closest("#thread .on-map");
  if (map) map.hash = fragmentOf(map.closest(".exchange"));
  if (event.target.closest(".skip, #clear-button")) {
    event.preventDefault();
    document.querySelector("#question textarea")?.focus();
  }
});

new MutationObserver(announce).observe(document.body, { childList: true, subtree: true });

// Gradio's button takes clicks once its components are there.
const waiting = new MutationObserver(() => {
  if (!byId("ask-button")) return;
  waiting.disconnect();
  askFromAddress();
});
waiting.observe(document.body, { childList: true, subtree: true });
addEventListener("hashchange", askFromAddress);

// The question box stands on the disclaimer, whose height changes with the width of the window.
const standing = document.querySelector(".standing");
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--standing", `${standing.offsetHeight}px`);
}).observe(standing);
