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
  const at = followStops(nodes, threads, light);

  function light() {
    const through = at.through;
    const found = threads.filter((thread) =>
      passing.has(thread.id) && (!through || thread.nodes.includes(through)));
    const narrowed = Boolean(through) || passing.size < findings.length;
    const on = new Set(found.flatMap((thread) => [...thread.nodes, ...thread.lines]));
    if (through) on.add(through);
    svg.classList.toggle("focused", narrowed);
    for (const [id, node] of nodes) {
      node.classList.toggle("on", narrowed && on.has(id));
      node.classList.toggle("held", id === at.held);
    }
    for (const [id, line] of lines) line.classList.toggle("on", narrowed && on.has(id));
    const where = through ? ` through “${label(through)}”` : "";
    count.textContent = `${found.length} of ${threads.length} findings in a theme${where}`;
    if (at.held !== null || !through) {
      const items = found.slice(0, at.held === null ? 0 : MOST_LISTED).map((thread) => {
        const finding = findingOf.get(thread.id);
        const item = element("li", "", "entry");
        const text = element("p", one(".text", finding.row).textContent.slice(0, 400), "said");
        text.dir = "auto";
        const meta = element("p", "", "meta");
        meta.append(linked(finding.id, `#${finding.at}`));
        item.append(text, meta);
        return item;
      });
      if (at.held !== null && data.themes[at.held]) {
        const item = element("li", "", "entry");
        item.append(linked("Open the page of this theme", `#${data.themes[at.held]}`));
        items.unshift(item);
      }
      if (items.length && found.length > MOST_LISTED) {
        items.push(element("li", `and ${found.length - MOST_LISTED} more: narrow with filters under Findings`, "entry"));
      }
      list.replaceChildren(...items);
    }
  }

  changed.push(light);
}
if (drawing) followGraph(drawing);
