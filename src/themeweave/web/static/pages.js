// Reading a document as it is printed: pages are pictures, their words a clear layer above them.
// Pictures come when they are near; words are selected by where they stand, to the character.

import { ask, inWords, writing } from './app.js';
import { choose, heldId, lookAtNamed, lookAtOneOf, main, marksOf, noteOf, paper, view } from './notes.js';

const region = paper.querySelector('.sheets');
const sheets = [...paper.querySelectorAll('.sheet')];
const number = document.getElementById('page-number');
const base = `/read/${main.dataset.document}/pages`;
const layers = new Map(); // sheet -> a promise of its words and marks
const ruler = document.createElement('canvas').getContext('2d');
ruler.font = '100px sans-serif';

const sheetOf = (page) => sheets.find((sheet) => sheet.dataset.page === String(page));
const percent = (share) => `${(100 * share).toFixed(3)}%`;

// Words and marks: asked for once a page is near

function load(sheet) {
  if (!layers.has(sheet)) layers.set(sheet, ask(`${base}/${sheet.dataset.page}`).then((found) => draw(sheet, found), (failure) => fail(sheet, failure)));
  return layers.get(sheet);
}

function fail(sheet, failure) {
  sheet.querySelector('.wrong')?.remove(); // its words and its picture may both fail, and one answer is enough
  const words = document.createElement('p');
  words.className = 'wrong';
  words.textContent = inWords(failure);
  sheet.append(words);
  layers.delete(sheet);
  near.unobserve(sheet);
  return { words: [], marks: [] };
}

function draw(sheet, found) {
  sheet.querySelector('.wrong')?.remove();
  const image = sheet.querySelector('img');
  const ratio = image.height / image.width;
  const layer = document.createElement('div');
  layer.className = 'words';
  const words = found.words.map(([start, end, text, left, top, right, bottom, turn, line]) => ({ start, end, text, left, top, right, bottom, turn, line, sheet }));
  for (const [place, word] of words.entries()) layer.append(spanOf(word, words[place + 1], ratio));
  const marks = document.createElement('div');
  marks.className = 'marks';
  for (const mark of found.marks) marks.append(...boxesOf(mark));
  sheet.append(marks, layer);
  sheet.layer = { words, marks: found.marks };
  return sheet.layer;
}

/** Make the clear text of a word, as wide as it is printed, the space to the next one with it. */
function spanOf(word, next, ratio) {
  const made = document.createElement('span');
  const goes = next && next.line === word.line && word.turn === 0 && next.left > word.left;
  const letters = [...word.text].slice(0, word.end - word.start).join('');
  made.textContent = goes ? `${letters} ` : letters;
  const upright = word.turn % 2 === 0;
  const [wide, high] = [(goes ? next.left : word.right) - word.left, word.bottom - word.top];
  const [length, size] = upright ? [wide, high * ratio] : [high * ratio, wide];
  const natural = (ruler.measureText(made.textContent).width / 100) * size * 0.8;
  const { style } = made;
  [style.left, style.top] = [percent(word.left), percent(word.top)];
  [style.width, style.height] = [percent(wide), percent(high)];
  style.fontSize = `${(size * 80).toFixed(3)}cqw`;
  if (upright) style.transform = `scaleX(${(length / (natural || 1)).toFixed(4)})`;
  else made.className = word.turn === 1 ? 'upwards' : 'downwards';
  style.width = upright ? `${(natural * 100).toFixed(3)}cqw` : style.width;
  made.word = word;
  word.span = made;
  return made;
}

function boxesOf({ id, kind, text, boxes }) {
  return boxes.map(([left, top, right, bottom], place) => {
    const box = document.createElement(place ? 'span' : 'button');
    box.className = `mark ${kind}${id === heldId() ? ' held' : ''}`;
    box.dataset.ids = id;
    if (!place) {
      box.type = 'button';
      box.setAttribute('aria-label', `${kind === 'kept' ? 'Finding' : 'Proposed'} ${id}: ${text.slice(0, 120)}`);
    }
    Object.assign(box.style, { left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) });
    return box;
  });
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) load(entry.target);
}, { rootMargin: '800px 0px' });
for (const sheet of sheets) {
  near.observe(sheet);
  sheet.querySelector('img').addEventListener('error', () => load(sheet));
}

// Where the pointer is: the word nearest to it on the page, and the character in it

function spotAt(event) {
  const sheet = event.target.closest?.('.sheet') ?? document.elementFromPoint(event.clientX, event.clientY)?.closest('.sheet');
  if (!sheet?.layer?.words.length) return null;
  const frame = sheet.getBoundingClientRect();
  const [x, y] = [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
  let [best, least] = [null, Infinity];
  for (const word of sheet.layer.words) {
    const across = Math.max(word.left - x, 0, x - word.right);
    const down = Math.max(word.top - y, 0, y - word.bottom) * (frame.height / frame.width);
    const far = Math.hypot(across, down * 3);
    if (far < least) [best, least] = [word, far];
  }
  const share = [(x - best.left) / (best.right - best.left), (best.bottom - y) / (best.bottom - best.top), (best.right - x) / (best.right - best.left), (y - best.top) / (best.bottom - best.top)][best.turn];
  const length = best.end - best.start;
  const within = Math.min(1, Math.max(0, share)) * length;
  return { word: best, inside: least === 0, far: least, edge: Math.round(within), letter: best.start + Math.min(length - 1, Math.floor(within)) };
}

/** Give a place in the browser's own terms: it counts UTF-16 units. */
function nodeAt({ word, edge }) {
  return [word.span.firstChild, [...word.span.textContent].slice(0, edge).join('').length];
}

let begun = null; // where a selection by mouse began
let going = false; // whether it goes on

region.addEventListener('mousedown', (event) => {
  const spot = event.button === 0 && !event.target.closest('.wrong') && spotAt(event);
  if (!spot) return;
  event.preventDefault();
  region.focus({ preventScroll: true });
  if (event.detail === 2) {
    getSelection().setBaseAndExtent(spot.word.span.firstChild, 0, ...nodeAt({ word: spot.word, edge: spot.word.end - spot.word.start }));
    return;
  }
  if (!event.shiftKey || !begun) begun = spot;
  going = true;
  getSelection().setBaseAndExtent(...nodeAt(begun), ...nodeAt(spot));
});

document.addEventListener('mousemove', (event) => {
  going &&= Boolean(event.buttons & 1);
  const spot = going && spotAt(event);
  if (spot) getSelection().setBaseAndExtent(...nodeAt(begun), ...nodeAt(spot));
});

const wordOf = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.word;

/** Give the document's offset of an end of the selection; the browser may name a place beside words. */
function offset(node, place) {
  const word = wordOf(node);
  if (!word) return null;
  const before = node.nodeType === Node.TEXT_NODE ? [...node.data.slice(0, place)].length : place && word.end - word.start;
  return Math.min(word.end, word.start + before);
}

document.addEventListener('selectionchange', () => {
  const selection = getSelection();
  if (selection.isCollapsed || !paper.contains(selection.anchorNode)) return;
  const ends = [offset(selection.anchorNode, selection.anchorOffset), offset(selection.focusNode, selection.focusOffset)];
  if (ends.includes(null) || ends[0] === ends[1]) return;
  const [start, end] = ends.sort((a, b) => a - b);
  choose({ start, end, text: textOf(start, end) });
});

/** Give the document's own characters between two offsets, of the pages that are here. */
function textOf(start, end) {
  const words = sheets.flatMap((sheet) => sheet.layer?.words ?? []).filter((word) => word.start < end && word.end > start);
  words.sort((a, b) => a.start - b.start);
  return words.map((word) => [...word.text].slice(Math.max(0, start - word.start), end - word.start).join('')).join('');
}

// Marks: a tap or a key on one leads to its finding; pointing shows which it is

const marksAt = (spot) => (spot.inside ? spot.word.sheet.layer.marks.filter((mark) => mark.start <= spot.letter && spot.letter < mark.end && noteOf(mark.id)) : []);

region.addEventListener('click', (event) => {
  if (event.target.closest('[data-ids]') || !getSelection().isCollapsed) return;
  const spot = spotAt(event);
  const ids = spot ? marksAt(spot).map((mark) => mark.id) : [];
  if (!ids.length) return;
  event.preventDefault(); // a tap beside all findings lets go of the one that is looked at
  lookAtOneOf(ids);
});

region.addEventListener('pointermove', (event) => {
  const spot = event.pointerType === 'mouse' && !event.buttons ? spotAt(event) : null;
  point(spot ? marksAt(spot) : [], spot?.word.sheet);
});
region.addEventListener('pointerleave', () => point([]));

function point(marks, sheet) {
  for (const one of main.querySelectorAll('.hint')) one.classList.remove('hint');
  const layer = sheet?.querySelector('.words');
  if (layer) {
    layer.title = marks.map((mark) => `${mark.id}: ${mark.text.slice(0, 160)}`).join('\n');
    layer.classList.toggle('over', marks.length > 0);
  }
  for (const mark of marks) for (const one of [noteOf(mark.id), ...marksOf(mark.id)]) one.classList.add('hint');
}

// Pages: forth and back, and how large they are

const inSight = () => sheets.findLast((sheet) => sheet.getBoundingClientRect().top < innerHeight / 2) ?? sheets[0];

function go(page) {
  const sheet = sheetOf(page);
  if (sheet) sheet.scrollIntoView({ block: 'start' });
  else if (page > 0 && page < Number(sheets.at(-1).dataset.page) + 2) location.assign(`${base}?page=${page}`);
  if (sheet) number.value = page;
}

let ticking = false;
addEventListener('scroll', () => {
  if (ticking) return;
  ticking = true;
  requestAnimationFrame(() => {
    ticking = false;
    if (document.activeElement !== number) number.value = inSight().dataset.page;
  });
}, { passive: true });

number.form.addEventListener('submit', (event) => {
  if (!sheetOf(number.value)) return;
  event.preventDefault();
  go(number.value);
  region.focus({ preventScroll: true });
});

const SIZE = 'themeweave-page-size';
let size = Number(sessionStorage.getItem(SIZE)) || 1;

function resize(to) {
  const [sheet, before] = [inSight(), inSight().getBoundingClientRect()];
  size = Math.min(4, Math.max(0.4, to));
  sessionStorage.setItem(SIZE, size);
  region.style.setProperty('--size', size);
  const wide = Math.round(region.clientWidth * size);
  for (const one of sheets) one.querySelector('img').sizes = `${wide}px`;
  const after = sheet.getBoundingClientRect();
  scrollBy(0, after.top - before.top + (after.height - before.height) * Math.max(0, -before.top / before.height));
}

document.getElementById('smaller').addEventListener('click', () => resize(size / 1.25));
document.getElementById('larger').addEventListener('click', () => resize(size * 1.25));
document.getElementById('fit').addEventListener('click', () => resize(1));

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || writing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const aside = region.scrollWidth > region.clientWidth + 1 && document.activeElement === region;
  const page = Number(inSight().dataset.page);
  if (event.key === 'ArrowRight' && !aside) go(page + 1);
  else if (event.key === 'ArrowLeft' && !aside) go(page - 1);
  else if (event.key === '+' || event.key === '=') resize(size * 1.25);
  else if (event.key === '-') resize(size / 1.25);
  else if (event.key === '0') resize(1);
  else return;
  event.preventDefault();
});

view.place = () => inSight().layer?.words[0]?.start ?? Math.max(0, Number(inSight().dataset.start));
view.show = async (note) => {
  const sheet = sheetOf(note.dataset.page);
  if (!sheet) return;
  if (!sheet.layer) sheet.scrollIntoView({ block: 'start' });
  await load(sheet);
  if (heldId() === note.dataset.id) marksOf(note.dataset.id)[0]?.scrollIntoView({ block: 'center', inline: 'center' });
};

resize(size);
if (!lookAtNamed() && location.search) go(main.dataset.page);
