// The theme graph. What is lit is counted from findings: a node or line is on where a finding that
// passes the filters, and runs through the node pointed at, runs through it too.
const drawing = one(".theme-map");

function followGraph(svg) {
  const MOST_LISTED = 60;
  const key = (...parts) => JSON.stringify(parts);
  const nodes = new Map(all(".node", svg).map((node) => [node.dataset.id, node]));
  const lines = new Map(all(".edge", svg).map((line) => [
    key(line.dataset.source, line.dataset.target, line.dataset.perspective), line,
  ]));
  const threads = data.threads.map((thread) => ({
    id: thread.id,
    nodes: [...thread.reviews, thread.subtheme, thread.theme],
    lines: [
      ...thread.reviews.map((review) => key(review, thread.subtheme, thread.view)),
      key(thread.subtheme, thread.theme, thread.view),
    ],
  }));
  const label = (id) => (nodes.has(id) ? nodes.get(id).dataset.label : id);
  const list = one(".graph-list");
  const count = one(".graph-count");
  let pointed = null;
  let held = null;

  function light() {
    const through = held || pointed;
    const found = threads.filter((thread) =>
      passing.has(thread.id) && (!through || thread.nodes.includes(through)));
    const narrowed = Boolean(through) || passing.size < findings.length;
    const on = new Set(found.flatMap((thread) => [...thread.nodes, ...thread.lines]));
    if (through) on.add(through);
    svg.classList.toggle("focused", narrowed);
    for (const [id, node] of nodes) {
      node.classList.toggle("on", narrowed && on.has(id));
      node.classList.toggle("held", id === held);
    }
    for (const [id, line] of lines) line.classList.toggle("on", narrowed && on.has(id));
    const where = through ? ` through “${label(through)}”` : "";
    count.textContent = `${found.length} of ${threads.length} findings in a theme${where}`;
    if (held !== null || !through) {
      const items = found.slice(0, held === null ? 0 : MOST_LISTED).map((thread) => {
        const finding = findingOf.get(thread.id);
        const item = element("li", "", "entry");
        const text = element("p", one(".text", finding.row).textContent.slice(0, 400), "said");
        text.dir = "auto";
        const meta = element("p", "", "meta");
        meta.append(linked(finding.id, `#${finding.at}`));
        item.append(text, meta);
        return item;
      });
      if (held !== null && data.themes[held]) {
        const item = element("li", "", "entry");
        item.append(linked("Open the page of this theme", `#${data.themes[held]}`));
        items.unshift(item);
      }
      if (items.length && found.length > MOST_LISTED) {
        items.push(element("li", `and ${found.length - MOST_LISTED} more: narrow with filters under Findings`, "entry"));
      }
      list.replaceChildren(...items);
    }
  }

  const columns = new Map();
  const stops = [...nodes].map(([id, node]) => {
    const rect = one("rect", node);
    const stop = {
      id, node, link: node.closest("a") || node,
      x: Number(rect.getAttribute("x")), y: Number(rect.getAttribute("y")),
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

  function move(stop) {
    stops.forEach((other) => other.link.setAttribute("tabindex", other === stop ? "0" : "-1"));
    stop.link.focus();
    stop.node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function step(stop, name) {
    const column = columns.get(stop.x);
    const at = column.indexOf(stop);
    if (name === "ArrowDown") return column[Math.min(at + 1, column.length - 1)];
    if (name === "ArrowUp") return column[Math.max(at - 1, 0)];
    const beside = columns.get(order[order.indexOf(stop.x) + (name === "ArrowRight" ? 1 : -1)]);
    if (!beside) return stop;
    // the nearest of those that this one shares a finding with, else the nearest
    const mine = threads.filter((thread) => thread.nodes.includes(stop.id));
    const shared = beside.filter((other) => mine.some((t) => t.nodes.includes(other.id)));
    const near = (a, b) => (Math.abs(a.y - stop.y) <= Math.abs(b.y - stop.y) ? a : b);
    return (shared.length ? shared : beside).reduce(near);
  }

  for (const stop of stops) {
    const point = () => { pointed = stop.id; if (held === null) light(); };
    const leave = () => { pointed = null; if (held === null) light(); };
    stop.link.addEventListener("mouseenter", point);
    stop.link.addEventListener("mouseleave", leave);
    stop.link.addEventListener("focus", point);
    stop.link.addEventListener("blur", leave);
    stop.link.addEventListener("click", (event) => {
      event.preventDefault();
      held = held === stop.id ? null : stop.id;
      light();
    });
    stop.link.addEventListener("keydown", (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      move(step(stop, event.key));
    });
  }
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || held === null) return;
    held = null;
    light();
  });
  changed.push(light);
}
if (drawing) followGraph(drawing);
