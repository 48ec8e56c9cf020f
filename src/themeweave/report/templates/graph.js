// What is lit is counted from findings: a node or line is on where a finding that passes the
// filters, and runs through the node pointed at, runs through it too.
(() => {
  "use strict";
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
  const at = followStops(nodes, threads, apply);

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
    const through = at.through;
    const found = threads.filter((thread) =>
      passes(thread, words, chosen) && (!through || thread.nodes.includes(through)));
    const narrowed = Boolean(through || words.length || chosen.length);
    const on = new Set(found.flatMap((thread) => [...thread.nodes, ...thread.lines]));
    if (through) on.add(through);
    svg.classList.toggle("narrowed", narrowed);
    for (const [id, node] of nodes) {
      node.classList.toggle("on", narrowed && on.has(id));
      node.classList.toggle("held", id === at.held);
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

  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== form.elements.search) {
      event.preventDefault();
      form.elements.search.focus();
    }
  });
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    at.held = null;
    setTimeout(apply);
  });
  apply();
})();
