// Filters: one choice for all sections. What passes is counted in findings; what a section lists
// of the others is hidden, and a line at the top says so.
const form = one("#findings .filters");
const active = one(".active");
const nothing = one(".nothing");
const further = one("#findings .further");
const listed = all(".entry[data-id]");
const pairs = all(".pair[data-ids]").map((element_) => ({
  element: element_, ids: JSON.parse(element_.dataset.ids),
}));
let behind = null; // ids of the findings behind a table cell, or null
let passing = new Set(findings.map((finding) => finding.id));
let limit = STEP;
const changed = []; // what else follows the filters

function chosen() {
  const found = {};
  for (const control of form.elements) {
    if (control.name && control.value && control.tagName !== "OUTPUT") {
      found[control.name] = control.value;
    }
  }
  return found;
}

function choose(values) {
  for (const control of form.elements) {
    if (!control.name || control.tagName === "OUTPUT") continue;
    control.value = values[control.name] || "";
    const details = control.closest("details");
    if (details && values[control.name]) details.open = true;
  }
}

function passes(finding, values, question) {
  if (behind && !behind.has(finding.id)) return false;
  for (const [name, value] of Object.entries(values)) {
    if (name === "q") continue;
    const own = name === "state" ? finding.states : finding.is[name];
    if (own && !own.includes(value)) return false;
  }
  return !values.q || holds(finding, question);
}

function said(values) {
  const words = Object.entries(values).map(([name, value]) => {
    if (name === "q") return `“${value}”`;
    const select = form.elements[name];
    return select.options[select.selectedIndex].textContent.replace(/ \(\d+\)$/, "");
  });
  if (behind) words.push("behind one cell of a table");
  return words.join(" · ");
}

function apply() {
  const values = chosen();
  const question = asked(values.q || "");
  const found = findings.filter((finding) => passes(finding, values, question));
  passing = new Set(found.map((finding) => finding.id));
  let shown = 0;
  for (const finding of findings) {
    const show = passing.has(finding.id) && shown < limit;
    if (show) shown += 1;
    if (finding.row.hidden === show) finding.row.hidden = !show;
  }
  for (const entry of listed) entry.hidden = !passing.has(entry.dataset.id);
  for (const pair of pairs) {
    pair.element.hidden = !pair.ids.some((id) => passing.has(id));
    for (const entry of all(".entry", pair.element)) entry.hidden = false;
  }
  const narrowed = found.length < findings.length || Object.keys(values).length > 0 || behind;
  active.hidden = !narrowed;
  one("p", active).textContent = narrowed
    ? `${found.length} of ${findings.length} findings: ${said(values)}. `
      + "Counts in headings and tables are of all findings."
    : "";
  form.elements.count.textContent = `Showing ${shown} of ${found.length} matching findings, `
    + `${findings.length} in all`;
  nothing.hidden = found.length > 0 || findings.length === 0;
  further.hidden = shown >= found.length;
  one("button", further).textContent = `Show ${Math.min(STEP, found.length - shown)} more`;
  for (const follow of changed) follow();
}

function clear() {
  behind = null;
  limit = STEP;
  choose({});
  apply();
}

// Reveal one finding's row, whatever the filters and the number shown.
function reveal(finding) {
  if (!passing.has(finding.id)) clear();
  finding.row.hidden = false;
}

let waiting = 0;
form.addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    limit = STEP;
    apply();
    keepAddress();
  }, event.target.name === "q" ? 120 : 0);
});
form.addEventListener("submit", (event) => event.preventDefault());
for (const button of [one("button[type=reset]", form), one("button", active), one("button", nothing)]) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    clear();
    keepAddress();
    if (button.closest(".nothing")) form.elements.q.focus();
  });
}
one("button", further).addEventListener("click", () => {
  const last = findings.filter((finding) => !finding.row.hidden).pop();
  limit += STEP;
  apply();
  const rows = findings.filter((finding) => !finding.row.hidden);
  const next = rows[rows.indexOf(last) + 1];
  if (next) next.row.focus();
});
