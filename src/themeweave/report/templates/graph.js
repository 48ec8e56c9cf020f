"use strict";
// What is lit is counted from findings: a node or line is on where a finding that passes the
// filters, and runs through the node pointed at, runs through it too.
(() => {
  const MOST_SHOWN = 200;
  const threads = JSON.parse(document.getElementById("threads").textContent);
  const svg = document.querySelector(".theme-map");
  const form = document.querySelector(".filters");
  const list = document.querySelector(".threads");
  const output = document.querySelector("output");
  const key = (...parts) => JSON.stringify(parts);
  const nodes = new Map([...svg.querySelectorAll(".node")].map((node) => [node.dataset.id, node]));
  const lines = new Map();
  for (const line of svg.querySelectorAll(".edge")) {
    lines.set(key(line.dataset.source, line.dataset.target, line.dataset.perspective), line);
  }
  const label = (id) => (nodes.has(id) ? nodes.get(id).dataset.label : id);
  for (const thread of threads) {
    thread.nodes = [...thread.reviews, thread.subtheme, thread.theme];
    thread.lines = thread.reviews.map((review) => key(review, thread.subtheme, thread.view));
    thread.lines.push(key(thread.subtheme, thread.theme, thread.view));
    const words = [thread.id, thread.text, thread.cited, ...thread.nodes.map(label)];
    thread.words = words.join(" ").toLowerCase();
  }
  let pointed = null;
  let held = null;

  function passes(thread, words, chosen) {
    return words.every((word) => thread.words.includes(word)) && chosen.every(([name, value]) =>
      name === "standing"
        ? thread.confirmed === (value === "confirmed")
        : thread[name] === value);
  }

  function apply() {
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...form.querySelectorAll("select")]
      .map((select) => [select.name, select.value])
      .filter(([, value]) => value !== "");
    const through = held || pointed;
    const found = threads.filter((thread) =>
      passes(thread, words, chosen) && (!through || thread.nodes.includes(through)));
    const narrowed = Boolean(through || words.length || chosen.length);
    const on = new Set(found.flatMap((thread) => [...thread.nodes, ...thread.lines]));
    if (through) on.add(through);
    svg.classList.toggle("narrowed", narrowed);
    for (const [id, node] of nodes) {
      node.classList.toggle("on", narrowed && on.has(id));
      node.classList.toggle("held", id === held);
    }
    for (const [id, line] of lines) line.classList.toggle("on", narrowed && on.has(id));
    show(found, through);
  }

  function show(found, through) {
    const confirmed = found.filter((thread) => thread.confirmed).length;
    const reviews = new Set(found.flatMap((thread) => thread.reviews)).size;
    const where = through ? ` through '${label(through)}'` : "";
    output.textContent = `${found.length} of ${threads.length} findings${where} `
      + `(${confirmed} confirmed), from ${reviews} reviews drawn`;
    const shown = found.slice(0, MOST_SHOWN).map((thread) => {
      const item = document.createElement("li");
      item.dataset.id = thread.id;
      const text = document.createElement("span");
      text.dir = "auto";
      text.textContent = `${thread.id} ${thread.text}`;
      const about = document.createElement("small");
      about.textContent = [
        `${label(thread.subtheme)} > ${label(thread.theme)}`,
        thread.perspective, thread.domain, thread.valence,
        thread.confirmed ? "confirmed" : "not confirmed", thread.cited,
      ].filter(Boolean).join(" · ");
      item.append(text, about);
      return item;
    });
    if (found.length > MOST_SHOWN) {
      const more = document.createElement("li");
      more.textContent = `and ${found.length - MOST_SHOWN} more: narrow the search to see them`;
      shown.push(more);
    }
    list.replaceChildren(...shown);
  }

  const columns = new Map();
  const stops = [...nodes].map(([id, node]) => {
    const box = node.querySelector("rect");
    const stop = {
      id, node, link: node.closest("a") || node,
      x: Number(box.getAttribute("x")), y: Number(box.getAttribute("y")),
    };
    if (!columns.has(stop.x)) columns.set(stop.x, []);
    columns.get(stop.x).push(stop);
    return stop;
  });
  const order = [...columns.keys()].sort((a, b) => a - b);
  for (const column of columns.values()) column.sort((a, b) => a.y - b.y);
  // One stop for Tab; the arrow keys go on from there.
  stops.forEach((stop) => stop.link.setAttribute("tabindex", "-1"));
  if (order.length) columns.get(order[0])[0].link.setAttribute("tabindex", "0");

  function go(stop) {
    stops.forEach((other) => other.link.setAttribute("tabindex", other === stop ? "0" : "-1"));
    stop.link.focus();
    stop.node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function step(stop, name) {
    const column = columns.get(stop.x);
    const place = column.indexOf(stop);
    if (name === "ArrowDown") return column[Math.min(place + 1, column.length - 1)];
    if (name === "ArrowUp") return column[Math.max(place - 1, 0)];
    const beside = columns.get(order[order.indexOf(stop.x) + (name === "ArrowRight" ? 1 : -1)]);
    if (!beside) return stop;
    // the nearest of those that this one shares a finding with, else the nearest
    const mine = threads.filter((thread) => thread.nodes.includes(stop.id));
    const shared = beside.filter((other) => mine.some((t) => t.nodes.includes(other.id)));
    const near = (a, b) => (Math.abs(a.y - stop.y) <= Math.abs(b.y - stop.y) ? a : b);
    return (shared.length ? shared : beside).reduce(near);
  }

  for (const stop of stops) {
    const point = () => { pointed = stop.id; if (!held) apply(); };
    const leave = () => { pointed = null; if (!held) apply(); };
    stop.link.addEventListener("mouseenter", point);
    stop.link.addEventListener("mouseleave", leave);
    stop.link.addEventListener("focus", point);
    stop.link.addEventListener("blur", leave);
    stop.link.addEventListener("click", (event) => {
      event.preventDefault();
      held = held === stop.id ? null : stop.id;
      apply();
    });
    stop.link.addEventListener("keydown", (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      go(step(stop, event.key));
    });
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      held = null;
      apply();
    } else if (event.key === "/" && document.activeElement !== form.elements.search) {
      event.preventDefault();
      form.elements.search.focus();
    }
  });
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    held = null;
    setTimeout(apply);
  });
  apply();
})();
