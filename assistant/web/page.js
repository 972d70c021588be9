// What Gradio's components cannot do themselves: say how many quotes were found, bring the newest
// question to the top of the window, ask a suggested question. Without it the page still answers.
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

document.addEventListener("click", (event) => {
  const suggested = event.target.closest("#thread .questions button");
  if (suggested) ask(suggested.textContent);
  if (event.target.closest(".skip, #clear-button")) {
    event.preventDefault();
    document.querySelector("#question textarea")?.focus();
  }
});

new MutationObserver(announce).observe(document.body, { childList: true, subtree: true });

// The question box stands on the disclaimer, whose height changes with the width of the window.
const standing = document.querySelector(".standing");
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--standing", `${standing.offsetHeight}px`);
}).observe(standing);
