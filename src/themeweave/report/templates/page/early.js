"use strict";
// Before anything is drawn: with scripts, one section is open at a time.
document.documentElement.classList.add("js");
