// The boxes of a theme graph: pointed at, held, and reached by keyboard. `nodes` is a map from id to
// the box, `threads` are the findings with the ids of the boxes that they run through, and `changed`
// is called whenever another box is pointed at or held.
function followStops(nodes, threads, changed) {
  const at = { pointed: null, held: null, get through() { return this.held || this.pointed; } };
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
    const point = () => { at.pointed = stop.id; if (!at.held) changed(); };
    const leave = () => { at.pointed = null; if (!at.held) changed(); };
    stop.link.addEventListener("mouseenter", point);
    stop.link.addEventListener("mouseleave", leave);
    stop.link.addEventListener("focus", point);
    stop.link.addEventListener("blur", leave);
    stop.link.addEventListener("click", (event) => {
      event.preventDefault();
      at.held = at.held === stop.id ? null : stop.id;
      changed();
    });
    stop.link.addEventListener("keydown", (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      go(step(stop, event.key));
    });
  }
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || at.held === null) return;
    at.held = null;
    changed();
  });
  return at;
}
