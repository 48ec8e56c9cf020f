// Sections as views: the address after # names a section, a theme, a finding, a review or a table
// cell, and behind ? the filters; so every state of the page can be sent to a colleague.
const views = all(".view");
const navLinks = all("nav a");
let place = { at: "overview", params: {} };

function parsed(hash) {
  const [at, query] = hash.replace(/^#/, "").split("?");
  const params = Object.fromEntries(new URLSearchParams(query || ""));
  let name = at;
  try {
    name = decodeURIComponent(at);
  } catch {
    name = at; // a stray % is a name like any other
  }
  return { at: name || "overview", params };
}

function address(at, params) {
  const query = new URLSearchParams(params).toString().replaceAll("+", "%20");
  return `#${at}${query ? `?${query}` : ""}`;
}

// After a filter was changed by hand: the address follows, without a step in the history.
function keepAddress() {
  const own = place.at === "trail" ? trailChosen() : chosen();
  place.params = own;
  history.replaceState(null, "", address(place.at, own));
}

function open(view) {
  for (const other of views) other.classList.toggle("open", other === view);
  const section = view.dataset.nav || view.id;
  for (const link of navLinks) {
    const here = link.getAttribute("href") === `#${section}`;
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (here) link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function go(first) {
  place = parsed(location.hash);
  const whole = place.at === "all";
  document.documentElement.classList.toggle("all", whole);
  if (place.at.startsWith("cell=")) return openCell(place.at.slice(5));
  closeTrace();
  const target = document.getElementById(whole ? "overview" : place.at);
  const view = target ? target.closest(".view") : null;
  if (!view) {
    if (!first && target) return undefined; // a place outside the sections, such as the skip link
    return open(document.getElementById("overview"));
  }
  if (view.id === "trail") trailChoose(place.params);
  else if (view.id === "search") showResults(place.params.q || "");
  else if (view.id === "themes" && place.params.sort) sortBy(place.params.sort);
  else if (view === target || Object.keys(place.params).length) {
    choose(place.params);
    if (Object.keys(place.params).length || !keepBehind) behind = null;
    limit = STEP;
    apply();
  }
  keepBehind = false;
  open(view);
  const finding = findings.find((one_) => one_.row === target);
  if (finding) {
    reveal(finding);
    one(".why", target).open = true;
  }
  if (first && target === view) return undefined; // as the page opens, it begins at its title
  const heading = target === view ? one("h2", view) : target;
  if (target === view) window.scrollTo(0, Math.min(window.scrollY, one(".layout").offsetTop));
  else target.scrollIntoView();
  if (!heading.hasAttribute("tabindex")) heading.setAttribute("tabindex", "-1");
  heading.focus({ preventScroll: true });
  return undefined;
}

let keepBehind = false;
// From section to section the filters come along.
for (const link of all("nav a, .crumb a, #themes a, .domains a")) {
  link.addEventListener("click", (event) => {
    const wanted = parsed(link.getAttribute("href"));
    const values = chosen();
    const target = document.getElementById(wanted.at);
    if (!target || ["trail", "search", "all"].includes(wanted.at)) return;
    if (!Object.keys(values).length && !behind) return;
    event.preventDefault();
    keepBehind = behind !== null;
    location.hash = address(wanted.at, { ...values, ...wanted.params });
  });
}
