// The library page: sort and filter the cards, put a question on the map. Without it every card is
// there all the same. Nothing typed here is part of an address; `#q=` stays in the browser.
"use strict";

const byId = (id) => document.getElementById(id);
const items = [...document.querySelectorAll(".shelf > li")];

function sort() {
  const key = byId("sort").value;
  const descending = key !== "title" && key !== "kind";
  const sign = descending ? -1 : 1;
  items.sort((a, b) => sign * a.dataset[key].localeCompare(b.dataset[key]));
  document.querySelector(".shelf").append(...items);
}

function filter() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of items) {
    const text = item.textContent.toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
    shown += item.hidden ? 0 : 1;
  }
  byId("shown").textContent = byId("shown").dataset.said.replace("{count}", shown);
}

function mark([x, y], kind) {
  const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  dot.setAttribute("cx", `${100 * x}%`);
  dot.setAttribute("cy", `${100 * y}%`);
  dot.setAttribute("r", kind === "question" ? 9 : 12);
  dot.setAttribute("class", kind);
  byId("marks").append(dot);
}

function put(tag, text, parent) {
  const made = document.createElement(tag);
  made.textContent = text;
  parent.append(made);
  return made;
}

function show(placed) {
  byId("marks").replaceChildren();
  byId("hits").replaceChildren();
  byId("first").replaceChildren();
  for (const notice of placed.notices) put("p", notice, byId("first")).className = "notice urgent";
  if (placed.question === null) {
    byId("placed").textContent = "";
    return;
  }
  for (const hit of placed.hits) {
    mark(hit.at, "hit");
    put("a", hit.title, put("li", "", byId("hits"))).href = hit.address;
  }
  mark(placed.question, "question");
  const status = byId("placed");
  status.textContent = status.dataset.said.replace("{count}", placed.hits.length);
}

async function place(question) {
  const response = await fetch("api/map", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question }),
  });
  const found = await response.json();
  if (response.ok) show(found);
  else byId("placed").textContent = found.detail;
}

if (byId("sort")) {
  document.querySelector(".controls").hidden = false;
  byId("place").hidden = false;
  byId("sort").addEventListener("change", sort);
  byId("filter").addEventListener("input", filter);
  byId("place").addEventListener("submit", (event) => {
    event.preventDefault();
    place(byId("on-map").value);
  });
  const asked = location.hash.startsWith("#q=") ? location.hash.slice(3) : "";
  if (asked) {
    byId("on-map").value = decodeURIComponent(asked);
    place(byId("on-map").value);
  }
}
