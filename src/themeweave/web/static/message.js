// What was just done, said at the foot of the page, with a way to take it back.

import { ask, banner, inWords } from './app.js';

const KEY = 'themeweave-told';
const box = document.createElement('div');
box.className = 'message';
box.setAttribute('role', 'status');
box.hidden = true;
document.getElementById('main').append(box);

/** Say what was done; an event, where one is given, can be taken back from here. */
export function tell(words, event = '') {
  const line = document.createElement('p');
  line.textContent = words;
  const close = button('Close', () => { box.hidden = true; });
  close.setAttribute('aria-label', 'Close this message');
  box.replaceChildren(line, ...(event ? [button('Undo', () => undo(event), 'z')] : []), close);
  box.hidden = false;
}

/** Say it once the page has been loaded again, and load it. */
export function tellAnew(words, event = '') {
  sessionStorage.setItem(KEY, JSON.stringify({ words, event }));
  location.reload();
}

/** Take back what the message tells of; tells whether there was anything. */
export function takeBack() {
  const found = !box.hidden && box.querySelector('[data-key="z"]');
  found?.click();
  return Boolean(found);
}

async function undo(event) {
  try {
    const found = await ask('/trail/undo', { event });
    tellAnew(`Taken back: ${found.said.join('; ')}. It stays in the trail.`);
  } catch (failure) {
    banner(inWords(failure));
  }
}

function button(words, act, key) {
  const made = document.createElement('button');
  made.type = 'button';
  made.append(words);
  if (key) {
    made.dataset.key = key;
    const shown = document.createElement('kbd');
    shown.textContent = key;
    made.append(' ', shown);
  }
  made.addEventListener('click', act);
  return made;
}

const left = sessionStorage.getItem(KEY);
if (left) {
  sessionStorage.removeItem(KEY);
  const { words, event } = JSON.parse(left);
  tell(words, event);
}
