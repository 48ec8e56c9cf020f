// The board of themes: cards move by mouse, touch or keyboard, themes change in one dialog; each act is
// written first, then the board is shown as it stands.

import { ask, banner, inWords, saved, writing } from './app.js';
import { dragging } from './drag.js';

const board = document.getElementById('board');
const said = document.getElementById('said');
const shown = document.getElementById('shown');
const chosen = new Set(); // ids of findings
let themes = JSON.parse(board.dataset.themes);
let told = null; // doubts, once they are known

const $ = (id) => document.getElementById(id);
const query = () => new URLSearchParams(new FormData(shown)).toString();
const cards = () => [...board.querySelectorAll('.finding')].filter((card) => card.offsetParent);
const columns = () => [...board.querySelectorAll('.column')];
const cardOf = (finding) => board.querySelector(`.finding[data-finding="${CSS.escape(finding)}"]`);
const nameOf = (theme) => themes.find((one) => one.id === theme)?.name ?? '';
const newId = () => crypto.randomUUID().replaceAll('-', '');

// Acts

let busy = false;

async function write(path, act) {
  if (busy) return false;
  busy = true;
  banner('');
  saved('saving …');
  try {
    const found = await ask(path, { id: newId(), ...act });
    saved('saved');
    chosen.clear();
    await refresh();
    said.textContent = found.nothing || found.said.join('; ');
    return true;
  } catch (failure) {
    saved('not saved');
    if ($('change').open) $('change-wrong').textContent = inWords(failure);
    else banner(inWords(failure));
    return false;
  } finally {
    busy = false;
  }
}

const doToThemes = (act) => write('/themes/act', act);

/** Show the board as it stands; what was folded, opened and focused stays so. */
async function refresh() {
  const at = document.activeElement?.closest?.('.finding');
  const [finding, theme] = [at?.dataset.finding, at?.dataset.theme];
  const beside = at?.nextElementSibling?.dataset.finding ?? at?.previousElementSibling?.dataset.finding;
  const folds = new Map(columns().map((column) => [keyOf(column), isFolded(column)]));
  const opened = new Map(columns().map((column) => [keyOf(column), column.querySelectorAll('.finding').length]));
  const top = window.scrollY;
  const found = await ask(`/themes/board?${query()}`);
  board.innerHTML = found.html;
  themes = found.themes;
  for (const column of columns()) {
    if (folds.has(keyOf(column))) fold(column, folds.get(keyOf(column)));
    const more = column.querySelector('.more-cards');
    if (more && (opened.get(keyOf(column)) ?? 0) > Number(more.dataset.from)) await showMore(more);
  }
  window.scrollTo({ top });
  const back = finding && board.querySelector(`.finding[data-finding="${CSS.escape(finding)}"][data-theme="${CSS.escape(theme)}"]`);
  (back || (beside && cardOf(beside)) || (finding && cardOf(finding)))?.focus({ preventScroll: true });
  showChosen();
  doubt();
}

async function undo() {
  await write('/themes/undo', {});
}

// Doubts: asked for after the board is there

async function doubt() {
  showDoubts();
  try {
    told = await ask('/themes/evidence');
  } catch (failure) {
    banner(inWords(failure));
    return;
  }
  showDoubts();
}

function showDoubts() {
  if (!told) return;
  for (const column of columns()) {
    const hold = column.querySelector('[data-hold]');
    const found = told.themes[column.dataset.theme];
    if (!hold) continue;
    hold.hidden = !found; // its first line was kept free until now
    if (!found) continue;
    hold.textContent = found.words;
    if (found.against.length) {
      const against = document.createElement('span');
      against.className = 'against';
      against.textContent = `; ${found.against.length === 1 ? 'one contradiction' : `${found.against.length} contradictions`}: ${found.against.join(', ')}`;
      hold.append(against);
    }
  }
  for (const card of board.querySelectorAll('.finding')) {
    const words = [];
    const { finding } = card.dataset;
    if (told.against[finding]) words.push(`speaks against ${told.against[finding]}`);
    if (told.nearer[finding] && card.dataset.theme) words.push(`worded nearer to “${told.nearer[finding]}”`);
    const line = card.querySelector('[data-doubt]');
    line.hidden = !words.length;
    line.textContent = words.join('; ');
  }
}

// Folding, and cards on demand

const keyOf = (column) => column.dataset.theme ?? column.dataset.candidate ?? '';
const isFolded = (column) => column.querySelector('.inside').hidden;

function fold(column, folded) {
  column.querySelector('.inside').hidden = folded;
  column.querySelector('.fold')?.setAttribute('aria-expanded', String(!folded));
}

async function showMore(button) {
  const column = button.closest('.column');
  try {
    const found = await ask(`/themes/cards?${query()}&theme=${encodeURIComponent(keyOf(column))}&from=${button.dataset.from}`);
    const list = column.querySelector('.findings');
    const before = list.children.length;
    list.insertAdjacentHTML('beforeend', found.html);
    button.dataset.from = list.children.length;
    if (found.left > 0) button.textContent = `Show more of the other ${found.left}`;
    else button.remove();
    showChosen();
    showDoubts();
    return list.children[before];
  } catch (failure) {
    banner(inWords(failure));
    return null;
  }
}

// Choosing cards

function showChosen() {
  for (const card of board.querySelectorAll('.finding')) card.classList.toggle('picked-one', chosen.has(card.dataset.finding));
  $('picked').hidden = !chosen.size;
  $('picked-words').textContent = `${chosen.size} finding${chosen.size === 1 ? '' : 's'} chosen`;
}

function pick(card) {
  const { finding } = card.dataset;
  if (!chosen.delete(finding)) chosen.add(finding);
  showChosen();
}

const meant = (card) => (chosen.size ? [...chosen] : card ? [card.dataset.finding] : []);

// Moving by keyboard: a short list of themes

let moving = [];
let came = null;

function openMove(findings) {
  if (!findings.length) return;
  moving = findings;
  came = document.activeElement;
  $('move-title').textContent = `Move ${findings.length === 1 ? findings[0] : `${findings.length} findings`} to`;
  $('move-words').value = '';
  $('move-reason').value = '';
  listThemes();
  $('move').showModal();
  $('move-words').focus();
}

function listThemes() {
  const words = $('move-words').value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = themes.filter((one) => !one.retired && words.every((word) => `${one.name} ${one.about}`.toLowerCase().includes(word)));
  const named = (one) => words.every((word) => one.name.toLowerCase().includes(word));
  found.sort((a, b) => named(b) - named(a)); // before those that only their description brings
  $('move-found').replaceChildren(...found.map((one, place) => {
    const row = document.createElement('li');
    row.role = 'option';
    row.id = `to-${one.id}`;
    row.dataset.id = one.id;
    row.dataset.depth = words.length ? 0 : Math.min(one.depth, 3);
    row.setAttribute('aria-selected', String(place === 0));
    row.textContent = one.name;
    return row;
  }));
  $('move-words').setAttribute('aria-activedescendant', found.length ? `to-${found[0].id}` : '');
}

const rows = () => [...$('move-found').children];
const selected = () => rows().findIndex((row) => row.getAttribute('aria-selected') === 'true');

function select(place) {
  const all = rows();
  if (!all.length) return;
  const now = all[(place + all.length) % all.length];
  for (const row of all) row.setAttribute('aria-selected', String(row === now));
  $('move-words').setAttribute('aria-activedescendant', now.id);
  now.scrollIntoView({ block: 'nearest' });
}

async function moveTo(row) {
  if (!row) return;
  $('move').close();
  came?.focus({ preventScroll: true });
  await doToThemes({ kind: 'place', theme: row.dataset.id, findings: moving, reason: $('move-reason').value });
}

$('move-words').addEventListener('input', listThemes);
$('move').addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    select(selected() + (event.key === 'ArrowDown' ? 1 : -1));
  } else if (event.key === 'Enter') {
    event.preventDefault();
    moveTo(rows()[selected()]);
  }
});
$('move-found').addEventListener('click', (event) => moveTo(event.target.closest('li')));

// Changing a theme, making one, keeping a candidate: one dialog

const KINDS = {
  rename: ['Rename', 'Rename it'],
  describe: ['Describe', 'Describe it'],
  merge: ['Merge into …', 'Merge it'],
  split: ['Split', 'Split it'],
  move: ['Move under …', 'Move it'],
  promote: ['Promote', 'Make it overarching'],
  mark: ['Mark', 'Mark it'],
  retire: ['Retire', 'Retire it'],
  restore: ['Restore', 'Use it again'],
  new: ['New theme', 'Make it'],
  keep: ['Keep', 'Keep it as a theme'],
};
const ABOUT = {
  merge: 'The other theme takes in its findings and what stands below it.',
  split: 'A new theme beside it, with the findings that are chosen.',
  promote: 'It becomes an overarching theme.',
  retire: 'It is no longer suggested; what people decided on it stays.',
  keep: 'Its findings stay suggestions until somebody confirms them.',
};
let changed = { kind: '', theme: '', findings: [] };

function openChange(kinds, theme, name) {
  const dialog = $('change');
  const form = dialog.querySelector('form');
  form.reset();
  changed = { kind: kinds[0], theme, findings: meant(null) };
  came = document.activeElement;
  $('change-title').textContent = name;
  $('change-kinds').replaceChildren(...(kinds.length > 1 ? kinds : []).map((kind) => {
    const label = document.createElement('label');
    const radio = document.createElement('input');
    Object.assign(radio, { type: 'radio', name: 'kind', value: kind, checked: kind === kinds[0] });
    label.append(radio, KINDS[kind][0]);
    return label;
  }));
  form.elements.about.value = themes.find((one) => one.id === theme)?.about ?? '';
  setKind(kinds[0], name);
  dialog.showModal();
}

function setKind(kind, name = $('change-title').textContent) {
  const form = $('change').querySelector('form');
  changed.kind = kind;
  $('change-wrong').textContent = '';
  $('change-about').textContent = ABOUT[kind] ?? '';
  $('change-about').hidden = !ABOUT[kind];
  for (const part of form.querySelectorAll('[data-for]')) part.hidden = !part.dataset.for.split(' ').includes(kind);
  form.elements.text.value = kind === 'rename' || kind === 'keep' ? name : '';
  const top = kind === 'merge' ? [] : [new Option(kind === 'move' ? 'at the top' : 'none: an overarching theme', '')];
  const above = kind === 'keep' && board.querySelector(`[data-candidate="${CSS.escape(changed.theme)}"]`)?.dataset.above;
  if (above) top.unshift(new Option(`“${above}”, its overarching candidate`, '+'));
  const targets = themes.filter((one) => one.id !== changed.theme && !one.retired);
  form.elements.target.replaceChildren(...top, ...targets.map((one) => new Option(`${'\u2003'.repeat(one.depth)}${one.name}`, one.id)));
  $('change-target-label').textContent = kind === 'merge' ? 'Into' : 'Under';
  $('change-split').textContent = changed.findings.length
    ? `${changed.findings.join(', ')} will stand in it.`
    : 'Choose findings first: click their cards, or press x on them.';
  $('change-do').textContent = KINDS[kind][1];
}

$('change-kinds').addEventListener('change', (event) => setKind(event.target.value));
$('change-close').addEventListener('click', () => $('change').close());
$('change').querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { text, about, target, mark, reason, confirm } = event.target.elements;
  const { kind, theme, findings } = changed;
  const act = { kind, theme, reason: reason.value };
  if (['rename', 'split', 'new', 'keep'].includes(kind)) act.text = text.value;
  if (kind === 'describe') act.text = about.value;
  if (kind === 'mark') act.text = mark.value;
  if (['merge', 'move', 'new', 'keep'].includes(kind)) act.target = target.value;
  if (kind === 'split') act.findings = findings;
  if (kind === 'keep') act.confirm = confirm.checked;
  if (await doToThemes(act)) $('change').close();
});

function change(column) {
  const { theme } = column.dataset;
  const retired = themes.find((one) => one.id === theme)?.retired;
  openChange(['rename', 'describe', 'merge', 'split', 'move', 'promote', 'mark', retired ? 'restore' : 'retire'], theme, nameOf(theme));
}

function split(card) {
  if (!chosen.size && card) pick(card);
  const theme = card?.dataset.theme || cardOf([...chosen][0])?.dataset.theme;
  if (theme) openChange(['split'], theme, `New theme beside “${nameOf(theme)}”`);
  else banner('These findings have no theme yet: make a new theme, then move them.', 'note');
}

// Mouse and touch

board.addEventListener('click', (event) => {
  const { target } = event;
  const column = target.closest('.column');
  if (target.closest('.fold')) fold(column, !isFolded(column));
  else if (target.closest('.change')) change(column);
  else if (target.closest('.keep')) openChange(['keep'], column.dataset.candidate, column.dataset.name);
  else if (target.closest('.more-cards')) showMore(target.closest('.more-cards'));
  else if (target.closest('.finding') && !String(window.getSelection())) pick(target.closest('.finding'));
});

dragging(
  board,
  (card) => (chosen.has(card.dataset.finding) ? [...chosen] : [card.dataset.finding]),
  (dragged, column) => {
    const findings = dragged.filter((finding) => !column.querySelector(`.finding[data-finding="${CSS.escape(finding)}"][data-basis="confirmed"]`));
    if (findings.length) doToThemes({ kind: 'place', theme: column.dataset.theme, findings });
  },
);

// Keyboard

function step(card, key) {
  const all = cards();
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    all[all.indexOf(card) + (key === 'ArrowDown' ? 1 : -1)]?.focus();
    return;
  }
  const open = columns().filter((column) => cards().some((one) => column.contains(one)));
  const beside = open[open.indexOf(card.closest('.column')) + (key === 'ArrowRight' ? 1 : -1)];
  const place = [...card.parentElement.children].indexOf(card);
  const there = beside ? [...beside.querySelectorAll('.finding')] : [];
  there[Math.min(place, there.length - 1)]?.focus();
}

document.addEventListener('keydown', (event) => {
  if (writing(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const card = event.target.closest?.('.finding');
  const column = event.target.closest?.('.column');
  const acts = {
    z: undo,
    '?': () => $('help').showModal(),
    Escape: () => (chosen.clear(), showChosen()),
    m: () => openMove(meant(card)),
    n: () => split(card),
    e: () => column?.dataset.theme && change(column),
    f: () => column?.querySelector('.fold') && (fold(column, !isFolded(column)), column.querySelector('.fold').focus()),
    x: () => card && pick(card),
    ' ': () => card && pick(card),
    y: () => card?.dataset.theme && doToThemes({ kind: 'place', theme: card.dataset.theme, findings: meant(card) }),
  };
  const on = acts[event.key] ?? (card && event.key.startsWith('Arrow') ? () => step(card, event.key) : null);
  if (!on || (event.key === ' ' && !card)) return;
  event.preventDefault();
  on();
});

$('undo').addEventListener('click', undo);
$('help-open').addEventListener('click', () => $('help').showModal());
$('new-theme').addEventListener('click', () => openChange(['new'], '', 'New theme'));
$('picked-move').addEventListener('click', () => openMove(meant(null)));
$('picked-split').addEventListener('click', () => split(null));
$('picked-none').addEventListener('click', () => { chosen.clear(); showChosen(); });
$('fold-all').addEventListener('click', () => {
  const folded = columns().some((column) => !isFolded(column));
  for (const column of columns()) fold(column, folded);
  $('fold-all').textContent = folded ? 'Unfold all' : 'Fold all';
});
shown.addEventListener('change', refresh);
for (const dialog of document.querySelectorAll('#move, #change')) {
  dialog.addEventListener('close', () => came?.isConnected && came.focus({ preventScroll: true }));
}
if (window.matchMedia('(max-width: 52rem)').matches) $('fold-all').click(); // a long way otherwise
doubt();
