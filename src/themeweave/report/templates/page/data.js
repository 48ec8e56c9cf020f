"use strict";
// What the page knows, read once. Data only ever becomes text or an attribute's value: nothing
// here parses markup.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const data = JSON.parse(document.getElementById("data").textContent);
const STEP = 100; // rows shown at a time

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function linked(text, address) {
  const link = element("a", text);
  link.href = address;
  return link;
}

function counted(number, noun) {
  const many = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${number} ${number === 1 ? noun : many}`;
}

const findings = data.findings.map((finding) => ({
  ...finding,
  row: document.getElementById(finding.at),
  words: null,
}));
const findingOf = new Map(findings.map((finding) => [finding.id, finding]));

function wordsOf(finding) {
  if (finding.words === null) {
    const why = one(".why", finding.row);
    const shown = all("h3, .text, blockquote, .cited, .readings", finding.row);
    finding.words = plain([...shown, why].filter(Boolean).map((part) => part.textContent).join(" "));
  }
  return finding.words;
}

// A plural finds its singular too: "role models" asks for "role model".
function stem(word) {
  return word.length > 3 && /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}

// "finding 37", "37" and "F37" mean the finding whose id has that number, whatever zeros are before
// it; quotation marks ask for a phrase.
function asked(query) {
  const phrases = [];
  const rest = plain(query).replace(/["“”„‘]([^"“”„’]+)["“”’]/g, (_, phrase) => {
    phrases.push(phrase.trim());
    return " ";
  });
  const words = rest.split(/\s+/).filter(Boolean);
  const number = words.map((word) => /^([a-z]{0,3})(\d{1,6})$/.exec(word)).find(Boolean);
  return {
    terms: [...phrases, ...words].filter(Boolean).map(stem),
    number: number ? { before: number[1], value: Number(number[2]) } : null,
  };
}

function isNumbered(finding, number) {
  const parts = /^(.*?)(\d+)\D*$/.exec(plain(finding.id));
  return number !== null && parts !== null && Number(parts[2]) === number.value
    && (!number.before || number.before === parts[1]);
}

function holds(finding, question) {
  if (isNumbered(finding, question.number)) return true;
  const words = wordsOf(finding);
  return question.terms.every((term) => words.includes(term));
}
