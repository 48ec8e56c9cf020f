// Coding one finding at a time. What is chosen lives in the page; what is kept is sent, and kept in
// this browser until the workbench has said that it is on disk.

import { ask, banner, inWords, saved, writing } from './app.js';
import { Outbox } from './outbox.js';

const card = document.getElementById('card');
const queue = document.getElementById('queue');
const search = document.getElementById('search');
const help = document.getElementById('help');
const outbox = new Outbox(document.body.dataset.coder, told, refused);
let ahead = null; // the next finding, asked for while this one is being read
let sending = false; // a decision waits for its memo
let noting = null; // the memo that is being written
let looking = 0; // the timer of another look for suggestions
let codes = null; // every code, asked for when the first is searched

// What is asked of the queue

const asked = () => new URLSearchParams(new FormData(queue)).toString();
const at = () => card.querySelector('.card')?.dataset.finding ?? '';
const fetchCard = (how) => ask(`/code/card?${asked()}&${how}`);

function lookAhead() {
  ahead = at() ? { after: at(), queue: asked(), found: fetchCard(`after=${encodeURIComponent(at())}`) } : null;
  ahead?.found.catch(() => {});
}

function show(found) {
  card.innerHTML = found.html;
  count(found.done, found.total);
  const url = new URL(location);
  url.search = asked() + (found.finding ? `&finding=${encodeURIComponent(found.finding)}` : '');
  history.replaceState(null, '', url);
  ready();
}

function count(done, total) {
  const bar = document.getElementById('bar');
  bar.max = total;
  bar.value = done;
  document.getElementById('count').textContent = `${done} of ${total} findings by you`;
}

function ready() {
  for (const panel of panels()) answer(panel);
  open(panels().find(isOpen) ?? null);
  card.querySelector('.card')?.setAttribute('tabindex', '-1');
  lookAhead();
  clearTimeout(looking);
  if (card.querySelector('[data-waiting]')) looking = setTimeout(lookAgain, 2000);
}

/** Show suggestions that were being made when the card came, unless somebody has begun with it. */
async function lookAgain() {
  const here = at();
  const found = await fetchCard(`finding=${encodeURIComponent(here)}`).catch(() => null);
  const begun = card.querySelector('[data-touched]') || card.contains(document.activeElement?.closest('textarea')) || search.open;
  if (here !== at() || begun) return;
  if (found && !found.html.includes('data-waiting')) show(found);
  else looking = setTimeout(lookAgain, 2000);
}

async function go(how) {
  await leaveMemo();
  try {
    const first = ahead && how === 'next' && ahead.after === at() && ahead.queue === asked();
    const found = first ? ahead.found : fetchCard(how === 'next' ? `after=${encodeURIComponent(at())}` : how);
    show(await found);
    window.scrollTo({ top: 0 });
  } catch (failure) {
    banner(inWords(failure));
  }
}

// Panels: what is chosen in each

const panels = () => [...card.querySelectorAll('.panel')];
const offers = (panel) => [...panel.querySelectorAll('.offer')];
const chosen = (panel) => offers(panel).filter((offer) => offer.getAttribute('aria-pressed') === 'true');
const isNone = (panel) => panel.querySelector('.none').getAttribute('aria-pressed') === 'true';
const isOpen = (panel) => !chosen(panel).length && !isNone(panel) && panel.hasAttribute('data-unclear');
const current = () => panels().find((panel) => !panel.querySelector('.offers').hidden) ?? null;

function open(panel) {
  for (const one of panels()) {
    const here = one === panel;
    one.querySelector('.offers').hidden = !here;
    one.querySelector('.head').setAttribute('aria-expanded', String(here));
  }
}

function answer(panel) {
  const words = panel.querySelector('.answer');
  const picked = chosen(panel);
  const basis = picked[0]?.dataset.basis ?? '';
  words.textContent = picked.map((offer) => offer.dataset.name).join(' + ')
    || (isNone(panel) ? 'none of these' : panel.hasAttribute('data-unclear') ? 'unclear' : 'none');
  const reason = ['suggested', 'others'].includes(basis) ? picked[0].querySelector('.reason') : null;
  panel.querySelector('.why').textContent = reason?.textContent ?? '';
  panel.dataset.state = picked.length ? basis || 'chosen' : isNone(panel) ? 'chosen' : panel.hasAttribute('data-unclear') ? 'open' : 'own';
}

function press(panel, offer, adding) {
  panel.dataset.touched = '';
  panel.querySelector('.none').setAttribute('aria-pressed', 'false');
  const was = offer.getAttribute('aria-pressed') === 'true';
  if (!(adding && !panel.hasAttribute('data-exclusive'))) {
    for (const one of offers(panel)) {
      one.setAttribute('aria-pressed', 'false');
    }
  }
  offer.setAttribute('aria-pressed', String(adding ? !was : true));
  offer.dataset.basis = '';
  answer(panel);
  if (!adding) open(panels().find(isOpen) ?? null);
}

function none(panel) {
  panel.dataset.touched = '';
  for (const one of offers(panel)) one.setAttribute('aria-pressed', 'false');
  panel.querySelector('.none').setAttribute('aria-pressed', 'true');
  answer(panel);
  open(panels().find(isOpen) ?? null);
}

// Deciding

function keep() {
  const waiting = panels().filter(isOpen);
  if (waiting.length && !waiting.every((panel) => 'asked' in panel.dataset)) {
    for (const panel of waiting) panel.dataset.asked = '';
    open(waiting[0]);
    waiting[0].scrollIntoView({ block: 'nearest' });
    card.querySelector('.card').focus({ preventScroll: true }); // keys go on working; no code looks chosen
    banner(`${waiting.length === 1 ? 'One panel is' : `${waiting.length} panels are`} unclear: choose with 1 to 9, or 0 for none. Enter again leaves ${waiting.length === 1 ? 'it' : 'them'} open.`, 'note');
    return;
  }
  send('');
}

async function send(status) {
  const here = card.querySelector('.card');
  if (!here || sending) return;
  sending = true;
  banner('');
  const books = {};
  if (status !== 'unsure') {
    for (const panel of panels()) {
      if (isOpen(panel)) continue;
      const picked = chosen(panel).map((offer) => offer.dataset.code);
      if (picked.length || isNone(panel)) books[panel.dataset.book] = { codes: picked, none: isNone(panel) };
    }
  }
  try {
    await leaveMemo(); // first, for what is decided names the latest that was seen, and a memo counts
  } catch {
    return; // what is wrong is said, and the card stays
  } finally {
    sending = false;
  }
  outbox.put({
    id: crypto.randomUUID().replaceAll('-', ''),
    finding: here.dataset.finding,
    seen: Number(here.dataset.seen),
    books,
    status,
  }, `/code/decide?${asked()}`);
  go('next');
}

/** The workbench has what was sent: it is on disk. */
function told(found, left) {
  saved(left ? `saving ${left} …` : 'saved');
  if (found?.total !== undefined) count(found.done, found.total);
}

/** The workbench did not take it: say why; what was chosen stays here. */
async function refused(failure, act, left) {
  saved(`${left} not saved`);
  if ([409, 422].includes(failure.status)) {
    outbox.drop(act.id);
    if (failure.found.now) show(failure.found.now);
    else await go(`finding=${encodeURIComponent(act.finding)}`);
    saved('not saved');
    const box = card.querySelector('.conflict');
    box.hidden = false;
    const words = document.createElement('p');
    words.textContent = inWords(failure);
    const again = document.createElement('button');
    again.type = 'button';
    again.textContent = `Choose again what you had: ${inBrief(act)}`;
    again.addEventListener('click', () => choose(act));
    box.replaceChildren(words, again);
    again.focus();
    return;
  }
  banner(`Not saved yet: ${inWords(failure)} ${left === 1 ? 'One finding waits' : `${left} findings wait`} in this browser.`);
}

const nameOf = (book, code) => codes?.[book]?.find((one) => one.id === code)?.name ?? code;
const inBrief = (act) => Object.entries(act.books)
  .map(([book, said]) => (said.none ? 'none' : said.codes.map((code) => nameOf(book, code)).join(' + ')))
  .join(', ') || act.status;

async function choose(act) {
  for (const [book, said] of Object.entries(act.books)) {
    const panel = panels().find((one) => one.dataset.book === book);
    if (!panel) continue;
    if (said.none) none(panel);
    for (const [number, code] of said.codes.entries()) await take(panel, code, number > 0);
  }
  card.querySelector('.conflict').hidden = true;
}

async function undo() {
  await outbox.empty();
  try {
    const found = await ask('/code/undo', { id: crypto.randomUUID().replaceAll('-', '') });
    if (found.finding) await go(`finding=${encodeURIComponent(found.finding)}`);
    banner(found.nothing || `Taken back: ${found.said.join('; ')}`, 'note');
    saved('saved');
  } catch (failure) {
    banner(inWords(failure));
  }
}

/** Write the memo if it was changed; it may be left twice, by going to a button and by pressing it. */
async function leaveMemo() {
  await noting?.catch(() => {});
  const here = card.querySelector('.card');
  const memo = here?.querySelector('.memo textarea');
  if (!memo || memo.value === memo.dataset.was) return;
  noting = writeMemo(here, memo);
  try {
    await noting;
  } finally {
    noting = null;
  }
}

async function writeMemo(here, memo) {
  const text = memo.value;
  try {
    const found = await ask('/code/memo', { id: crypto.randomUUID().replaceAll('-', ''), finding: here.dataset.finding, text });
    memo.dataset.was = text;
    here.dataset.seen = found.seen;
    saved('saved');
  } catch (failure) {
    banner(`The memo is not saved yet: ${inWords(failure)}`);
    throw failure;
  }
}

// Searching a code

async function take(panel, code, adding) {
  let offer = offers(panel).find((one) => one.dataset.code === code);
  if (!offer) {
    await learn();
    offer = document.createElement('button');
    offer.type = 'button';
    offer.className = 'offer';
    offer.dataset.code = code;
    offer.dataset.name = nameOf(panel.dataset.book, code);
    offer.setAttribute('aria-pressed', 'false');
    const key = document.createElement('kbd');
    key.textContent = offers(panel).length + 1;
    const name = document.createElement('span');
    name.className = 'name';
    name.textContent = offer.dataset.name;
    offer.append(key, name);
    panel.querySelector('.more').before(offer);
  }
  press(panel, offer, adding);
}

async function learn() {
  codes ??= await ask('/code/codes');
}

async function find() {
  if (!panels().length) return;
  await learn();
  const input = document.getElementById('search-words');
  input.value = '';
  found();
  search.showModal();
  input.focus();
}

function found() {
  const words = document.getElementById('search-words').value.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (code) => {
    const name = `${code.name} ${code.above}`.toLowerCase();
    const all = `${name} ${code.id} ${code.about}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) return -1;
    return words.filter((word) => name.includes(word)).length + (words.length && code.name.toLowerCase().startsWith(words[0]) ? 1 : 0);
  };
  const here = current();
  const fits = (here ? [here] : panels())
    .flatMap((panel) => codes[panel.dataset.book].map((code) => [rank(code), code, panel]))
    .filter(([score]) => score >= 0);
  fits.sort((a, b) => b[0] - a[0]);
  const list = document.getElementById('search-found');
  list.replaceChildren(...fits.slice(0, 30).map(([, code, panel], number) => {
    const item = document.createElement('li');
    item.role = 'option';
    item.id = `found-${number}`;
    item.dataset.code = code.id;
    item.dataset.book = panel.dataset.book;
    item.setAttribute('aria-selected', String(number === 0));
    const name = document.createElement('span');
    name.className = 'name';
    name.textContent = code.above ? `${code.above} › ${code.name}` : code.name;
    if (!here) name.textContent += ` (${panel.querySelector('.label').textContent})`;
    const about = document.createElement('span');
    about.className = 'about';
    about.textContent = code.about;
    item.append(name, about);
    return item;
  }));
  document.getElementById('search-none').hidden = fits.length > 0;
  mark();
}

function mark() {
  const item = search.querySelector('[aria-selected="true"]');
  const input = document.getElementById('search-words');
  if (item) input.setAttribute('aria-activedescendant', item.id);
  else input.removeAttribute('aria-activedescendant');
  item?.scrollIntoView({ block: 'nearest' });
}

/** Close the search, and leave its input at once: the next key is meant for the card. */
function leaveSearch() {
  search.close();
  card.querySelector('.card')?.focus({ preventScroll: true });
}

function pick(item, adding) {
  leaveSearch();
  const panel = panels().find((one) => one.dataset.book === item?.dataset.book);
  if (item && panel) take(panel, item.dataset.code, adding);
}

search.addEventListener('input', found);
search.addEventListener('click', (event) => {
  const item = event.target.closest('[role="option"]');
  if (item) pick(item, event.shiftKey);
  else if (event.target === search) leaveSearch();
});
search.addEventListener('keydown', (event) => {
  const items = [...search.querySelectorAll('[role="option"]')];
  const place = items.findIndex((item) => item.ariaSelected === 'true');
  if (event.key === 'Escape') {
    event.preventDefault();
    leaveSearch();
  } else if (event.key === 'Enter') {
    event.preventDefault();
    pick(items[place], event.shiftKey);
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    items[place]?.setAttribute('aria-selected', 'false');
    items[(place + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length]?.setAttribute('aria-selected', 'true');
    mark();
  }
  event.stopPropagation();
});

// Clicks and keys

card.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  const panel = button.closest('.panel');
  if (button.matches('.head')) open(panel === current() ? null : panel);
  else if (button.matches('.offer')) press(panel, button, event.shiftKey || event.ctrlKey || event.metaKey);
  else if (button.matches('.none')) none(panel);
  else if (button.matches('.other')) { open(panel); find(); }
  else if (button.matches('.keep')) keep();
  else if (button.matches('.unsure')) send('unsure');
  else if (button.matches('.undo')) undo();
  else if (button.matches('.on')) go('next');
  else if (button.matches('.back')) go(`before=${encodeURIComponent(at())}`);
});

card.addEventListener('focusout', (event) => {
  if (event.target.matches('.memo textarea')) leaveMemo().catch(() => {});
});

document.getElementById('help-open').addEventListener('click', () => help.showModal());

queue.addEventListener('change', () => {
  document.getElementById('about').textContent = queue.elements.order.selectedOptions[0].dataset.about;
  go('after='); // another queue begins with its first finding
});

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || search.open || help.open) return;
  if (writing(event)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const panel = current();
  const digit = /^Digit(\d)$/.exec(event.code)?.[1] ?? (/^\d$/.test(event.key) ? event.key : '');
  const inPanel = panels().find((one) => one.dataset.key === event.key);
  if (event.key === 'Enter' && !event.target.closest('.offer, .head, .other, .none, .acts button:not(.keep), #help-open, a')) keep();
  else if (event.key === 'Enter' && event.target.matches('.offer')) keep();
  else if (digit === '0' && panel) none(panel);
  else if (digit && panel) {
    const offer = offers(panel)[Number(digit) - 1];
    if (offer) press(panel, offer, event.shiftKey);
  } else if (inPanel) open(inPanel);
  else if (event.key === '/') find();
  else if (event.key === 'u') send('unsure');
  else if (event.key === 'm') card.querySelector('.memo textarea')?.focus();
  else if (event.key === 'z') undo();
  else if (event.key === 'ArrowRight') go('next');
  else if (event.key === 'ArrowLeft') go(`before=${encodeURIComponent(at())}`);
  else if (event.key === '?') help.showModal();
  else return;
  event.preventDefault();
});

window.addEventListener('beforeunload', (event) => {
  const memo = card.querySelector('.memo textarea');
  if (memo && memo.value !== memo.dataset.was) event.preventDefault();
});

ready();
outbox.resume();
