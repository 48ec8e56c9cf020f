// Running the review: what is being done, and a fresh list once it is done.

import { ask, banner, inWords } from './app.js';

const run = document.getElementById('run');
const stop = document.getElementById('stop');
const doing = document.getElementById('doing');

function show(job) {
  const going = Boolean(job.doing);
  run.disabled = going;
  stop.hidden = !going;
  doing.textContent = going ? `${job.doing} …` : job.said.join('. ');
  if (going) setTimeout(look, 400);
  return going;
}

async function look() {
  try {
    const job = await ask('/outputs/job');
    if (show(job)) return;
    if (job.failed) banner(job.said.join(' '));
    else location.reload();
  } catch (failure) {
    banner(inWords(failure));
  }
}

async function begin(path) {
  try {
    banner('');
    show(await ask(path, {}));
  } catch (failure) {
    banner(inWords(failure));
  }
}

run.addEventListener('click', () => begin('/outputs/run'));
stop.addEventListener('click', () => begin('/outputs/stop'));
ask('/outputs/job').then((job) => { if (job.doing) show(job); }).catch(() => {});
