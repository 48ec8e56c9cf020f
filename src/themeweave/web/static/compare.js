// Comparing: one difference after the other, settled by keyboard with the reason.

import { ask, banner, inWords, saved, writing } from './app.js';

const cards = () => [...document.querySelectorAll('.difference')];
const current = () => document.activeElement?.closest?.('.difference') ?? null;

/** Do something on the server; gives whether it was done, and says why where it was not. */
async function act(path, body) {
  saved('saving …');
  try {
    await ask(path, { id: crypto.randomUUID(), ...body });
    banner('');
    saved('saved');
    return true;
  } catch (failure) {
    saved('');
    banner(inWords(failure));
    return false;
  }
}

function step(by) {
  const all = cards();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Take what one side said, or, without a side, the other code that is chosen. */
function choose(card, side) {
  for (const one of card.querySelectorAll('.side')) one.setAttribute('aria-pressed', String(one === side));
  if (side) {
    card.querySelector('.other').value = '';
    card.querySelector('.reason-words').focus();
  }
}

function chosen(card) {
  const other = card.querySelector('.other').value;
  if (other) return [other];
  const side = card.querySelector('.side[aria-pressed="true"]');
  return side ? JSON.parse(side.dataset.codes) : null;
}

async function settle(card) {
  const codes = chosen(card);
  const words = card.querySelector('.reason-words');
  if (!codes) {
    banner('Choose first: what one of the coders said, or another code.');
    return;
  }
  if (!words.value.trim()) {
    words.focus();
    banner('Settling a finding needs a reason.');
    return;
  }
  const { finding, codebook } = card.dataset;
  const button = card.querySelector('.verdict button');
  button.disabled = true;
  if (await act('/compare/settle', { finding, codebook, codes, reason: words.value })) {
    const next = card.nextElementSibling?.closest('.difference') ?? cards().find((one) => one !== card);
    card.remove();
    const open = document.getElementById('open');
    open.textContent = String(Number(open.textContent) - 1);
    if (next) next.focus();
    else location.reload(); // what was settled stands in the consensus log
  } else {
    button.disabled = false;
  }
}

document.addEventListener('click', (event) => {
  const side = event.target.closest('.side');
  if (side) choose(side.closest('.difference'), side);
});

// a number that is filled in says which of the plans is meant
document.addEventListener('input', (event) => {
  const plan = event.target.matches('.plan [type="number"]') && event.target.closest('p').querySelector('[name="plan"]');
  if (plan) plan.checked = true;
});

document.addEventListener('change', (event) => {
  if (event.target.matches('.other')) choose(event.target.closest('.difference'), null);
});

document.addEventListener('keydown', (event) => {
  const leaving = event.key === 'Escape' && current();
  if (leaving) leaving.focus();
  if (writing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const card = current();
  if (event.key === 'j') step(1);
  else if (event.key === 'k') step(-1);
  else if (card && /^[1-9]$/.test(event.key)) {
    const side = card.querySelectorAll('.side')[Number(event.key) - 1];
    if (side) choose(card, side);
  } else if (card && event.key === '/') card.querySelector('.other').focus();
  else return;
  event.preventDefault();
});

document.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (event.target.matches('.verdict')) {
    await settle(event.target.closest('.difference'));
    return;
  }
  const form = new FormData(event.target);
  const others = form.get('others').split(',').map((name) => name.trim()).filter(Boolean);
  const plan = form.get('plan') === 'pilot' ? { pilot: form.get('pilot'), double: 100 } : { pilot: 0, double: form.get('double') };
  const body = { name: form.get('name'), coders: [...form.getAll('coder'), ...others], strand: form.get('strand') ?? '', ...plan };
  if (await act('/compare/assign', body)) location.reload();
});

for (const button of document.querySelectorAll('button.submit')) {
  button.addEventListener('click', async () => {
    const left = Number(button.dataset.left);
    if (left && !confirm(`${left} findings are not coded yet. Submit them as missing?`)) return;
    const assignment = button.closest('.assignment').dataset.assignment;
    if (await act('/compare/submit', { assignment, unfinished: left > 0 })) location.reload();
  });
}

const agreement = document.getElementById('agreement');
if (agreement) {
  try {
    const answer = await fetch(agreement.dataset.from, { headers: { accept: 'text/html' } });
    if (answer.ok) agreement.innerHTML = await answer.text();
    else agreement.textContent = 'Agreement cannot be computed yet.';
  } catch {
    agreement.textContent = 'The workbench does not answer.';
  }
}
