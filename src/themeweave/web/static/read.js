// Reading a document: a selection becomes a finding, proposed ones are kept or rejected.
// Offsets count characters as the document's text does (code points); the browser counts UTF-16 units.

import { ask, banner, inWords, saved, writing } from './app.js';

const main = document.getElementById('main');
const paper = main.querySelector('.paper');
const box = document.getElementById('selection');
let chosen = null; // the span selected: start, end, text
let held = null; // the note that is being looked at

const characters = (text) => [...text].length;

/** Give the offset of a place inside a block, in characters of the document. */
function offset(node, place) {
  const block = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest('.block');
  if (!block) return null;
  const range = document.createRange();
  range.setStart(block, 0);
  range.setEnd(node, place);
  return Number(block.dataset.start) + characters(range.toString());
}

/** Give the last place of a selection that stands in a block: it may end before the next one. */
function span(selection) {
  const range = selection.getRangeAt(0);
  let [node, place] = [range.endContainer, range.endOffset];
  if (place === 0 || !(node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest('.block')) {
    const inside = [...paper.querySelectorAll('.block')].filter((block) => selection.containsNode(block, true) && block !== node && !block.contains(node));
    const last = inside.at(-1);
    if (last) [node, place] = [last, last.childNodes.length];
  }
  const start = offset(range.startContainer, range.startOffset);
  const end = offset(node, place);
  return start === null || end === null || end <= start ? null : { start, end };
}

document.addEventListener('selectionchange', () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !paper.contains(selection.anchorNode) || !paper.contains(selection.focusNode)) return;
  const found = span(selection);
  if (!found) return;
  chosen = { ...found, text: selection.toString() };
  document.getElementById('selected-words').textContent = chosen.text.trim();
  box.hidden = false;
  document.getElementById('how').hidden = true;
  const instead = document.getElementById('instead');
  instead.hidden = held?.dataset.kind !== 'finding';
  instead.querySelector('span').textContent = held?.dataset.id ?? '';
});

async function make(instead) {
  if (!chosen) return;
  try {
    const strand = document.getElementById('strand')?.value ?? '';
    const found = await ask('/read/make', { document: main.dataset.document, ...chosen, instead, strand });
    location.hash = `f-${found.finding}`;
    location.reload();
  } catch (failure) {
    banner(inWords(failure));
  }
}

async function rule(note, keep) {
  try {
    const strand = document.getElementById('strand')?.value ?? '';
    await ask('/read/rule', { document: main.dataset.document, proposed: note.dataset.id, keep, strand });
    saved('saved');
    const next = note.nextElementSibling ?? note.previousElementSibling;
    for (const mark of marksOf(note.dataset.id)) {
      if (keep) mark.className = 'kept';
      else if (mark.dataset.ids === note.dataset.id) mark.replaceWith(...mark.childNodes);
    }
    note.remove();
    if (keep) document.getElementById('kept').append(note);
    note.dataset.kind = 'finding';
    note.querySelector('.acts').replaceChildren();
    count();
    if (next) look(next);
  } catch (failure) {
    banner(inWords(failure));
  }
}

/** Say anew how many are proposed, and how many are findings. */
function count() {
  const kept = document.getElementById('kept');
  const number = kept.querySelectorAll('.note').length;
  if (number) kept.querySelector('.none')?.remove();
  document.getElementById('number').textContent = number;
  document.getElementById('left').textContent = document.querySelectorAll('#proposed .note').length;
}

const marksOf = (id) => [...paper.querySelectorAll('mark')].filter((mark) => mark.dataset.ids.split(' ').includes(id));

function look(note, scroll = true) {
  held?.classList.remove('held');
  for (const mark of paper.querySelectorAll('mark.held')) mark.classList.remove('held');
  held = note;
  if (!note) return;
  note.classList.add('held');
  note.scrollIntoView({ block: 'nearest' });
  const marks = marksOf(note.dataset.id);
  for (const mark of marks) mark.classList.add('held');
  if (scroll) marks[0]?.scrollIntoView({ block: 'center' });
}

function step(by) {
  const notes = [...document.querySelectorAll('#proposed .note')];
  if (!notes.length) return;
  const at = notes.indexOf(held);
  look(notes[Math.min(notes.length - 1, Math.max(0, at + by))]);
}

main.addEventListener('click', (event) => {
  const note = event.target.closest('.note');
  const mark = event.target.closest('mark');
  if (event.target.closest('#make')) make('');
  else if (event.target.closest('#instead')) make(held.dataset.id);
  else if (event.target.closest('.keep')) rule(note, true);
  else if (event.target.closest('.reject')) rule(note, false);
  else if (note && !event.target.closest('a')) look(note);
  else if (mark && getSelection().isCollapsed) {
    const ids = mark.dataset.ids.split(' ');
    const next = ids[(ids.indexOf(held?.dataset.id) + 1) % ids.length];
    look(document.querySelector(`.note[data-id="${CSS.escape(next)}"]`), false);
  }
});

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || writing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Enter' && chosen && !getSelection().isCollapsed) make('');
  else if (event.key === 'j') step(1);
  else if (event.key === 'k') step(-1);
  else if (event.key === 'y' && held?.dataset.kind === 'proposed') rule(held, true);
  else if (event.key === 'x' && held?.dataset.kind === 'proposed') rule(held, false);
  else return;
  event.preventDefault();
});

const named = location.hash && document.querySelector(`.note[id="${CSS.escape(location.hash.slice(1))}"]`);
if (named) look(named);
