// A table cell traced: theme, findings, quotations in context, reviews, primary studies, decisions.
const trace = document.getElementById("trace");
const TRACED = 40; // findings in one trace; the others are a click away

function cellParts(cell) {
  const ids = cell.dataset.sources.split(" ");
  const found = ids.map((id) => findingOf.get(id)).filter(Boolean);
  const parts = [];
  const own = element("blockquote", all("p", cell).length
    ? all("p", cell).map((p) => p.textContent).join("\n") : cell.dataset.words, "cell-words");
  own.dir = "auto";
  parts.push(own);
  if (cell.dataset.address) {
    const line = element("p", "Address: ", "meta");
    line.append(element("code", cell.dataset.address), " (themeweave trace reads it too)");
    parts.push(line);
  }
  parts.push(element("h3", counted(found.length, "finding")));
  const list = element("ol", "", "traced");
  for (const finding of found.slice(0, TRACED)) {
    const item = element("li");
    const head = element("p", "", "meta");
    head.append(linked(finding.id, `#${finding.at}`));
    item.append(head);
    for (const part of all(":scope > .text, :scope > blockquote, :scope > .cited, :scope > .readings, .decided, .undecided", finding.row)) {
      item.append(part.cloneNode(true));
    }
    list.append(item);
  }
  parts.push(list);
  const more = element("p", "", "rest");
  const button = element("button", `Show ${counted(found.length, "finding")} with filters`);
  button.type = "button";
  button.addEventListener("click", () => {
    closeTrace();
    choose({});
    behind = new Set(ids);
    keepBehind = true;
    if (place.at === "findings") go(false);
    else location.hash = "#findings";
  });
  more.append(button);
  parts.push(more);
  const labels = new Map();
  for (const finding of found) {
    for (const label of finding.is.review) labels.set(label, (labels.get(label) || 0) + 1);
  }
  if (labels.size) {
    parts.push(element("h3", `${counted(labels.size, "review")} and their primary studies`));
    const reviews = element("ul", "", "traced");
    for (const [label, number] of labels) {
      const known = data.reviews[label];
      const item = element("li");
      item.append(known ? linked(label, `#${known.at}`) : element("strong", label));
      item.append(` ${counted(number, "finding")}; quality: ${(known && known.rating) || "unknown"}; `);
      item.append(known && known.studies.length
        ? `primary studies: ${known.studies.join("; ")}` : "primary studies unknown");
      reviews.append(item);
    }
    parts.push(reviews);
  }
  return parts;
}

function showTrace(cell) {
  one(".trace-body").replaceChildren(...cellParts(cell));
  if (!trace.open) trace.showModal();
  trace.scrollTop = 0;
  one("h2", trace).focus();
}

function closeTrace() {
  if (trace.open) trace.close();
}

function openCell(name) {
  const cell = all("[data-address]").find((one_) => one_.dataset.address === name);
  open(document.getElementById("tables") || document.getElementById("overview"));
  if (!cell) return;
  cell.scrollIntoView({ block: "center" });
  if (cell.dataset.sources) showTrace(cell);
}

for (const cell of all("[data-sources]")) {
  const ids = cell.dataset.sources.split(" ").filter((id) => findingOf.has(id));
  if (!ids.length) continue;
  cell.dataset.words = cell.textContent.trim();
  const button = element("button", "Trace", "trace");
  button.type = "button";
  button.append(element("span", ` ${counted(ids.length, "finding")} behind “${cell.dataset.words.slice(0, 60)}”`, "hidden-text"));
  button.addEventListener("click", () => {
    if (cell.dataset.address) location.hash = `#cell=${encodeURIComponent(cell.dataset.address)}`;
    else showTrace(cell);
  });
  cell.append(button);
}
one(".close", trace).addEventListener("click", closeTrace);
trace.addEventListener("close", () => {
  if (location.hash.startsWith("#cell=")) {
    place = { at: "tables", params: {} };
    history.replaceState(null, "", "#tables");
  }
});
trace.addEventListener("click", (event) => {
  if (event.target === trace) closeTrace();
});
