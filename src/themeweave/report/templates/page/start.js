addEventListener("hashchange", () => go(false));
trailApply();
apply();
go(true);
document.documentElement.classList.add("ready");
