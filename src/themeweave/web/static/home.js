// Home: while suggestions are being made, say how far they are; then show what they changed.

import { ask } from './app.js';

const line = document.getElementById('doing');
const unknown = document.querySelector('[data-unknown]'); // shown once suggestions are there
let was = !line.hidden;

async function look() {
  const { doing, ready } = await ask('/doing').catch(() => ({ doing: '', ready: false }));
  line.hidden = !doing;
  line.textContent = `Suggestions are being made: ${doing} …`;
  if ((was && !doing) || (unknown && ready)) location.reload();
  was = Boolean(doing);
  setTimeout(look, was ? 700 : 5000);
}

setTimeout(look, was ? 300 : 1500);
