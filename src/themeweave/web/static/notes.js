// What is noted of a document, beside its text or its pages: a selection becomes a finding, proposed
// ones are kept or rejected, a note leads to its place and a place to its note.

import { ask, banner, inWords, saved, writing } from './app.js';
import { takeBack, tell, tellAnew } from './message.js';

export const main = document.getElementById('main');
export const paper = main.querySelector('.paper');
const box = document.getElementById('selection');
let chosen = null; // the span selected: start, end, text
let held = null; // the note that is being looked at

/** What differs between text and pages: how a note's place is shown, and which place is in sight. */
export const view = {
  show: (note) => marksOf(note.dataset.id)[0]?.scrollIntoView({ block: 'center' }),
  place: () => 0,
};

export const characters = (text) => [...text].length;
export const marksOf = (id) => [...paper.querySelectorAll('[data-ids]')].filter((mark) => mark.dataset.ids.split(' ').includes(id));
export const noteOf = (id) => main.querySelector(`.note[data-id="${CSS.escape(id)}"]`);
export const heldId = () => held?.dataset.id ?? '';

/** Take a stretch of the document as what a finding may be made of. */
export function choose(span) {
  chosen = span;
  document.getElementById('selected-words').textContent = span.text.trim();
  box.hidden = false;
  document.getElementById('how').hidden = true;
  const instead = document.getElementById('instead');
  instead.hidden = held?.dataset.kind !== 'finding';
  instead.querySelector('span').textContent = heldId();
}

async function make(instead) {
  if (!chosen) return;
  try {
    const strand = document.getElementById('strand')?.value ?? '';
    const found = await ask('/read/make', { document: main.dataset.document, ...chosen, instead, strand });
    location.hash = `f-${found.finding}`;
    tellAnew(instead ? `${found.finding} has these words now.` : `Made ${found.finding} of these words.`, found.event);
  } catch (failure) {
    banner(inWords(failure));
  }
}

async function rule(note, keep) {
  try {
    const strand = document.getElementById('strand')?.value ?? '';
    const found = await ask('/read/rule', { document: main.dataset.document, proposed: note.dataset.id, keep, strand });
    saved('saved');
    const next = note.nextElementSibling ?? note.previousElementSibling;
    for (const mark of marksOf(note.dataset.id)) {
      if (keep) mark.classList.replace('proposed', 'kept');
      else if (mark.dataset.ids === note.dataset.id) mark.replaceWith(...mark.childNodes);
    }
    note.remove();
    if (keep) document.getElementById('kept').append(note);
    note.dataset.kind = 'finding';
    note.querySelector('.acts').replaceChildren();
    count();
    if (next) look(next);
    tell(keep ? `Kept as ${found.finding}.` : 'Rejected; it is not proposed to you again.', found.event);
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

/** Look at a note; its place is shown too, unless it is where one came from. */
export function look(note, scroll = true) {
  held?.classList.remove('held');
  for (const mark of paper.querySelectorAll('[data-ids].held')) mark.classList.remove('held');
  held = note;
  if (!note) return;
  note.classList.add('held');
  note.scrollIntoView({ block: 'nearest' });
  for (const mark of marksOf(note.dataset.id)) mark.classList.add('held');
  if (scroll) view.show(note);
}

/** Look at one of the findings at a place: the next one, where one of them is looked at already. */
export function lookAtOneOf(ids) {
  const next = ids[(ids.indexOf(heldId()) + 1) % ids.length];
  look(noteOf(next), false);
}

function step(by) {
  const notes = [...document.querySelectorAll('#proposed .note')];
  if (!notes.length) return;
  const at = notes.indexOf(held);
  look(notes[Math.min(notes.length - 1, Math.max(0, at + by))]);
}

main.addEventListener('click', (event) => {
  const note = event.target.closest('.note');
  const mark = event.target.closest('[data-ids]');
  if (event.target.closest('#make')) make('');
  else if (event.target.closest('#instead')) make(heldId());
  else if (event.target.closest('.keep')) rule(note, true);
  else if (event.target.closest('.reject')) rule(note, false);
  else if (note && !event.target.closest('a')) look(note);
  else if (mark && getSelection().isCollapsed) lookAtOneOf(mark.dataset.ids.split(' '));
  else if (!event.defaultPrevented && paper.contains(event.target) && getSelection().isCollapsed) look(null);
});

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || writing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Enter' && chosen && !getSelection().isCollapsed) make('');
  else if (event.key === 'j') step(1);
  else if (event.key === 'k') step(-1);
  else if (event.key === 'y' && held?.dataset.kind === 'proposed') rule(held, true);
  else if (event.key === 'x' && held?.dataset.kind === 'proposed') rule(held, false);
  else if (event.key !== 'z' || !takeBack()) return;
  event.preventDefault();
});

// The same place as text or as pages
document.getElementById('other-view')?.addEventListener('click', (event) => {
  const link = event.currentTarget;
  const at = held ? held.dataset.start : view.place();
  link.href = `${link.pathname}?at=${at}${held ? `#f-${heldId()}` : ''}`;
});

/** Look at the note that the address names; tells whether it names one. */
export function lookAtNamed() {
  const named = location.hash.startsWith('#f-') && noteOf(decodeURIComponent(location.hash.slice(3)));
  if (named) look(named);
  return Boolean(named);
}
