
"use strict";
// Search, filters and highlighting over rows that are already in the page. Data only ever becomes
// text or an attribute's value: nothing here parses markup.
(() => {
  const form = document.querySelector(".filters");
  const heading = document.getElementById("findings-heading");
  const nothing = document.querySelector(".nothing");
  const rows = [...document.querySelectorAll(".finding")].map((element) => ({
    element,
    id: element.dataset.id,
    text: element.textContent.toLowerCase(),
    values: JSON.parse(element.dataset.values),
    states: element.dataset.states.split(" "),
  }));
  let behind = null; // ids of the findings behind a table cell, or null

  for (const element of document.querySelectorAll(".script-only, .filters")) element.hidden = false;

  function matches(row, words, chosen) {
    if (behind && !behind.has(row.id)) return false;
    if (!words.every((word) => row.text.includes(word))) return false;
    return chosen.every(([name, value]) =>
      name === "state" ? row.states.includes(value) : (row.values[name] || []).includes(value));
  }

  function apply() {
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...form.querySelectorAll("select")]
      .map((select) => [select.name, select.value])
      .filter(([, value]) => value !== "");
    let shown = 0;
    for (const row of rows) {
      const match = matches(row, words, chosen);
      if (row.element.hidden === match) row.element.hidden = !match;
      if (match) shown += 1;
    }
    const cell = behind ? " (those behind one cell of a table)" : "";
    form.elements.count.textContent = `Showing ${shown} of ${rows.length} findings${cell}`;
    nothing.hidden = shown > 0 || rows.length === 0;
  }

  function clear() {
    behind = null;
    form.reset();
  }

  function show(name, value) {
    clear();
    const select = form.elements[name];
    if (!select || ![...select.options].some((option) => option.value === value)) return false;
    select.value = value;
    const details = select.closest("details");
    if (details) details.open = true;
    apply();
    goToFindings();
    return true;
  }

  function goToFindings() {
    heading.scrollIntoView();
    heading.focus({ preventScroll: true });
  }

  let waiting = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, event.target.name === "search" ? 120 : 0);
  });
  form.addEventListener("reset", () => {
    behind = null;
    setTimeout(apply);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  nothing.querySelector("button").addEventListener("click", () => {
    clear();
    form.elements.search.focus();
  });

  for (const link of document.querySelectorAll("a.filter")) {
    link.addEventListener("click", (event) => {
      if (show(link.dataset.filter, link.dataset.value)) event.preventDefault();
    });
  }

  for (const cell of document.querySelectorAll("[data-sources]")) {
    const ids = cell.dataset.sources.split(" ");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "trace";
    button.textContent = ids.length === 1 ? "Show the finding" : `Show ${ids.length} findings`;
    button.addEventListener("click", () => {
      clear();
      setTimeout(() => {
        behind = new Set(ids);
        apply();
        goToFindings();
      });
    });
    cell.append(button);
  }

  const map = document.querySelector(".theme-map");
  if (map) drawTogether(map);

  function drawTogether(svg) {
    const nodes = new Map([...svg.querySelectorAll(".node")].map((node) => [node.dataset.id, node]));
    const edges = [...svg.querySelectorAll(".edge")];

    // Everything that leads to a node or away from it, along the lines.
    function light(id) {
      const on = new Set([id]);
      const lit = new Set();
      for (const [from, to] of [["source", "target"], ["target", "source"]]) {
        let edge = new Set([id]);
        while (edge.size) {
          const next = new Set();
          for (const line of edges) {
            if (!edge.has(line.dataset[from])) continue;
            lit.add(line);
            if (!on.has(line.dataset[to])) next.add(line.dataset[to]);
            on.add(line.dataset[to]);
          }
          edge = next;
        }
      }
      svg.classList.add("focused");
      for (const line of edges) line.classList.toggle("on", lit.has(line));
      for (const [key, node] of nodes) node.classList.toggle("on", on.has(key));
    }

    function dim() {
      svg.classList.remove("focused");
      for (const part of svg.querySelectorAll(".on")) part.classList.remove("on");
    }

    for (const [id, node] of nodes) {
      const target = node.closest("a") || node;
      target.addEventListener("mouseenter", () => light(id));
      target.addEventListener("focus", () => light(id));
      target.addEventListener("mouseleave", dim);
      target.addEventListener("blur", dim);
      target.addEventListener("click", (event) => {
        const found = show("theme", id) || show("subtheme", id) || show("review", node.dataset.label);
        if (found) event.preventDefault();
      });
    }
  }

  // A permalink must lead to its finding even where a filter hides it.
  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.matches(".finding[hidden]")) {
      clear();
      setTimeout(() => target.scrollIntoView(), 0);
    } else {
      target.scrollIntoView();
    }
  }

  addEventListener("hashchange", follow);
  apply();
  if (location.hash) follow();
})();
