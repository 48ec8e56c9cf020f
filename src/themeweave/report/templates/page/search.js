// Search over everything: themes, findings, reviews, decisions, tables; ranked simply, the phrase
// as it was typed before its words apart.
const box = one("#search-words");
const results = one("#search .results");
const RESULTS = 20;
const FEW = 3; // so few results also say on whose word
let index = null;

function indexed() {
  const themes = all(".theme-page").map((page) => ({
    name: one("h2", page).textContent, at: page.id,
    about: (one(".description", page) || element("p")).textContent.slice(0, 220),
    words: plain(all("h2, .description, .takes-in", page).map((part) => part.textContent).join(" ")),
  }));
  const constructs = all("#board .construct").map((part) => ({
    name: one("h4", part).textContent, at: part.closest(".domain").id, about: one("h3", part.closest(".domain")).textContent,
    words: plain(one("h4", part).textContent),
  }));
  const reviews = all("#reviews .review").map((item) => ({
    name: one("h4", item).textContent, at: item.id, about: (one(".title", item) || item).textContent,
    words: plain(item.textContent),
  }));
  const tables = all("#tables figure.table").map((figure) => ({
    name: one("caption", figure).textContent, at: figure.id,
    rows: all("tbody tr", figure).map((row) => plain(row.textContent)),
  }));
  return { themes, constructs, reviews, tables };
}

function marked(node, terms) {
  const shown = terms.filter((term) => term.length > 1);
  if (!shown.length) return;
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const lower = text.textContent.toLowerCase();
    let from = 0;
    const parts = [];
    for (;;) {
      const hits = shown.map((term) => [lower.indexOf(term, from), term]).filter(([at]) => at >= 0);
      if (!hits.length) break;
      const [at, term] = hits.reduce((a, b) => (a[0] <= b[0] ? a : b));
      parts.push(document.createTextNode(text.textContent.slice(from, at)));
      parts.push(element("mark", text.textContent.slice(at, at + term.length)));
      from = at + term.length;
    }
    if (parts.length) text.replaceWith(...parts, document.createTextNode(text.textContent.slice(from)));
  }
}

function resultOf(finding, terms, whole) {
  const item = element("li", "", "result");
  const head = element("p", "", "meta");
  head.append(linked(finding.id, `#${finding.at}`));
  const text = one(".text", finding.row).cloneNode(true);
  marked(text, terms);
  item.append(head, text);
  for (const part of all(":scope > .readings, :scope > .cited, :scope > .opposite", finding.row)) {
    item.append(part.cloneNode(true));
  }
  if (whole) {
    const why = one(".why", finding.row).cloneNode(true);
    why.open = true;
    item.append(why);
  }
  return item;
}

function block(title, items) {
  if (!items.length) return null;
  const section = element("section");
  const list = element("ul", "", "found");
  list.append(...items.slice(0, RESULTS));
  section.append(element("h3", title), list);
  return section;
}

function named(found) {
  return found.map((entry) => {
    const item = element("li");
    item.append(linked(entry.name, `#${entry.at}`));
    if (entry.about) item.append(" ", element("span", entry.about.slice(0, 220), "soft"));
    return item;
  });
}

// Whose findings these are: a choice that narrows them at once.
function groups(found, query) {
  const select = form.elements.perspective;
  if (!select) return null;
  const list = element("ul", "", "facets");
  for (const option of select.options) {
    const number = found.filter((f) => f.is.perspective.includes(option.value)).length;
    if (!option.value || !number) continue;
    const item = element("li");
    const name = option.textContent.replace(/ \(\d+\)$/, "");
    const link = linked(`${name} ${number}`, address("findings", { q: query, perspective: option.value }));
    link.className = `voice view-${option.value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")}`;
    item.append(link);
    list.append(item);
  }
  return list.children.length ? list : null;
}

function showResults(query) {
  if (box.value !== query) box.value = query;
  const question = asked(query);
  const hint = one("#search .hint");
  if (!query.trim()) {
    hint.textContent = "Type what you are looking for.";
    results.replaceChildren();
    return;
  }
  index = index || indexed();
  const phrase = stem(plain(query).replace(/["“”]/g, "").trim());
  const matches = (words) => question.terms.every((term) => words.includes(term));
  const found = findings.filter((finding) => holds(finding, question));
  const rank = (f) => (isNumbered(f, question.number) || stem(plain(f.id)) === phrase ? 0
    : plain(one(".text", f.row).textContent).includes(phrase) ? 1 : 2);
  const sorted = found.map((f, order) => [rank(f), order, f])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , f]) => f);
  const decisions = trailRows.filter((row) => matches(plain(row.textContent)));
  const tables = index.tables.map((table) => [table, table.rows.filter(matches).length])
    .filter(([, rows]) => rows);
  const parts = [];
  const shown = block(`Findings (${found.length})`, sorted.slice(0, RESULTS).map((f) => resultOf(f, question.terms, sorted.length <= FEW)));
  if (shown) {
    const facets = groups(found, query);
    if (facets) shown.insertBefore(facets, one(".found", shown));
    const more = element("p", "", "rest");
    more.append(linked(found.length === 1 ? "Read it among the findings" : `Read these ${found.length} with filters`, address("findings", { q: query })));
    shown.append(more);
  }
  const near = index.themes.filter((theme) => matches(theme.words));
  const exact = near.filter((theme) => theme.words.includes(phrase));
  const themes = exact.length ? exact : near;
  parts.push(
    block(`Themes (${themes.length})`, named(themes)),
    shown,
    block("Constructs", named(index.constructs.filter((entry) => matches(entry.words)))),
    block("Reviews", named(index.reviews.filter((entry) => matches(entry.words)))),
    block("Tables", tables.map(([table, rows]) => {
      const item = element("li");
      item.append(linked(table.name, `#${table.at}`), ` ${counted(rows, "row")}`);
      return item;
    })),
  );
  if (decisions.length) {
    const item = element("li");
    item.append(linked(`${counted(decisions.length, "decision")} with these words`, address("trail", { q: query })));
    parts.push(block("Decisions", [item]));
  }
  results.replaceChildren(...parts.filter(Boolean));
  hint.textContent = results.children.length
    ? `${counted(found.length, "finding")}, ${counted(themes.length, "theme")}, ${counted(decisions.length, "decision")} for “${query}”.`
    : `Nothing in this report has “${query}”. Try fewer words, or the beginning of one.`;
}

let typing = 0;
one("form.search").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  location.hash = address("search", { q: box.value });
});
box.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    const wanted = address("search", { q: box.value });
    if (place.at === "search") history.replaceState(null, "", wanted);
    else history.pushState(null, "", wanted);
    place = parsed(wanted);
    showResults(box.value);
    open(document.getElementById("search"));
  }, 150);
});
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  box.focus();
});
