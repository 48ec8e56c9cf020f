// The trail: one's own acts can be taken back.

import { ask, banner, inWords } from './app.js';

async function back(event) {
  try {
    const found = await ask('/trail/undo', { event });
    if (found.nothing) banner(found.nothing, 'note');
    else location.reload();
  } catch (failure) {
    banner(inWords(failure));
  }
}

document.getElementById('undo').addEventListener('click', () => back(''));
document.querySelector('.trail').addEventListener('click', (event) => {
  const button = event.target.closest('.back');
  if (button) back(button.dataset.event);
});
