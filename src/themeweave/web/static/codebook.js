// Codebook: a code is changed in a form; what the change would recode is shown before it is applied.

import { ask, banner, inWords, saved } from './app.js';

const place = document.getElementById('codebook');
const book = encodeURIComponent(place.dataset.book);
const form = document.getElementById('code');
const outlook = document.getElementById('outlook');
const newId = () => crypto.randomUUID().replaceAll('-', '');
let act = newId(); // of the change: sending it again changes nothing

function said() {
  const found = {};
  for (const field of form.querySelectorAll('[name]')) {
    if (field.readOnly || field.disabled || field.name === 'reason') continue;
    if (field.type === 'checkbox') found[field.name] = field.checked;
    else if (['include', 'exclude', 'cues', 'examples'].includes(field.name)) found[field.name] = field.value.split('\n');
    else found[field.name] = field.value;
  }
  return found;
}

const wish = () => ({
  id: act, code: form.dataset.code, seen: form.dataset.seen, said: said(), reason: form.elements.reason.value,
});

const loaded = (field) => (field.tagName === 'SELECT' ? [...field.options].find((one) => one.defaultSelected)?.value ?? '' : field.defaultValue);

// Somebody changed the code since the page was loaded. Fields that were not touched here take over what
// stands there now; beside the others it is shown, and what was typed stays.
function meanwhile({ now, seen }) {
  const part = (tag, textContent) => Object.assign(document.createElement(tag), { textContent });
  const list = document.createElement('dl');
  for (const field of form.querySelectorAll('[name]')) {
    if (field.readOnly || field.disabled || field.name === 'reason') continue;
    const there = now[field.name] ?? '';
    if (field.type === 'checkbox') {
      if (field.checked === field.defaultChecked) field.checked = there === 'True';
    } else if (field.value === loaded(field)) field.value = there;
    else if (field.value.trim() !== there) {
      list.append(part('dt', field.closest('label').firstChild.textContent.trim()), part('dd', there || '(nothing)'));
    }
  }
  const place = document.getElementById('meanwhile');
  place.replaceChildren(part('h3', 'What stands there now'), list);
  place.hidden = false;
  form.dataset.seen = seen;
}

async function preview() {
  banner('');
  outlook.innerHTML = '<p class="soft">Reading the findings with the changed codebook …</p>';
  try {
    const found = await ask(`/codebook/${book}/preview`, wish());
    outlook.innerHTML = found.html;
    document.getElementById('apply').textContent = found.recoded ? `Apply, and recode ${found.recoded}` : 'Apply';
  } catch (failure) {
    forget();
    banner(inWords(failure));
  }
}

/** What was shown is true no more. */
function forget() {
  outlook.replaceChildren();
  document.getElementById('apply').textContent = 'Apply';
}

async function apply(event) {
  event.preventDefault();
  if (!outlook.querySelector('.outlook')) {
    await preview(); // nothing is written before it was seen what it recodes
    return;
  }
  banner('');
  saved('saving …');
  try {
    const found = await ask(`/codebook/${book}/change`, wish());
    location.assign(`/codebook/${book}?code=${encodeURIComponent(found.code)}`);
  } catch (failure) {
    saved('not saved');
    act = newId();
    if (failure.found.now) meanwhile(failure.found);
    banner(inWords(failure));
  }
}

async function undo() {
  try {
    await ask(`/codebook/${book}/undo`, { id: newId() });
    location.reload();
  } catch (failure) {
    banner(inWords(failure));
  }
}

async function advise() {
  const found = await ask(`/codebook/${book}/advice`).catch(() => ({}));
  for (const flag of document.querySelectorAll('[data-flag]')) {
    const words = found[flag.dataset.flag];
    if (!words) continue;
    flag.hidden = false;
    flag.textContent = '⚑';
    flag.title = words.join('; ');
  }
  const list = document.getElementById('advice');
  const words = form && found[form.dataset.code];
  if (!words) return;
  list.hidden = false;
  list.replaceChildren(...words.map((one) => Object.assign(document.createElement('li'), { textContent: one })));
}

document.getElementById('preview')?.addEventListener('click', preview);
document.getElementById('undo')?.addEventListener('click', undo);
form?.addEventListener('submit', apply);
form?.addEventListener('reset', forget);
form?.addEventListener('input', (event) => event.target.name !== 'reason' && forget());
document.querySelector('.tree [aria-current]')?.scrollIntoView({ block: 'nearest' });
advise();
