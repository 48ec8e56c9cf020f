// The table of themes in another order, and the list of decisions narrowed.
const sortable = one(".sortable");
const UNKNOWN = Number.MAX_SAFE_INTEGER; // after all that is known

function sortBy(name) {
  if (!sortable) return;
  const body = one("tbody", sortable);
  const value = (row) => (row.dataset[name] === "" ? UNKNOWN : Number(row.dataset[name]));
  const tie = (row) => Number(row.dataset.reviews || 0);
  const rows = all("tr", body).sort((a, b) => (name === "order"
    ? value(a) - value(b)
    : a.classList.contains("none") - b.classList.contains("none")
      || value(a) - value(b) || tie(a) - tie(b) || a.dataset.order - b.dataset.order));
  body.append(...rows);
  sortable.classList.toggle("flat", name !== "order");
  for (const head of all("[data-sort]", sortable)) {
    head.setAttribute("aria-sort", head.dataset.sort === name ? "ascending" : "none");
  }
}

for (const head of all("[data-sort]", sortable || document.createElement("div"))) {
  const button = element("button", head.textContent, "sort");
  button.type = "button";
  button.addEventListener("click", () => sortBy(head.dataset.sort));
  head.replaceChildren(button);
}

const trailForm = one(".trail-filters");
const trailRows = all("#trail tbody tr");
const trailFurther = one("#trail .further");
let trailLimit = STEP;

function trailChosen() {
  const found = {};
  for (const control of trailForm ? trailForm.elements : []) {
    if (control.name && control.value && control.tagName !== "OUTPUT") found[control.name] = control.value;
  }
  return found;
}

function trailApply() {
  if (!trailForm) return;
  const { q = "", finding = "", ...rest } = trailChosen();
  const question = asked(q);
  let shown = 0;
  let found = 0;
  for (const row of trailRows) {
    const words = q ? plain(row.textContent) : "";
    const match = question.terms.every((term) => words.includes(term))
      && (!finding || plain(row.dataset.finding) === plain(finding))
      && Object.entries(rest).every(([name, value]) => row.dataset[name] === value);
    if (match) found += 1;
    row.hidden = !match || shown >= trailLimit;
    if (!row.hidden) shown += 1;
  }
  trailForm.elements.count.textContent = `Showing ${shown} of ${counted(found, "matching decision")}, ${trailRows.length} in all`;
  trailFurther.hidden = shown >= found;
}

function trailChoose(values) {
  for (const control of trailForm.elements) {
    if (control.name && control.tagName !== "OUTPUT") control.value = values[control.name] || "";
  }
  trailLimit = STEP;
  trailApply();
}

if (trailForm) {
  trailForm.addEventListener("input", () => { trailApply(); keepAddress(); });
  trailForm.addEventListener("submit", (event) => event.preventDefault());
  one("button[type=reset]", trailForm).addEventListener("click", (event) => {
    event.preventDefault();
    trailChoose({});
    keepAddress();
  });
  one("button", trailFurther).addEventListener("click", () => {
    trailLimit += STEP;
    trailApply();
  });
}
