// What every screen shares: asking the server, saying whether work is saved, keys to go elsewhere.

const token = document.querySelector('meta[name="form-token"]').content;

/** A refusal of the server, or its silence: what is wrong, and what to do. */
export class Failure extends Error {
  constructor(status, said, found = {}) {
    super(said.what);
    this.status = status;
    this.said = said;
    this.found = found;
  }
}

/** Ask the server; a body makes it a writing request. Gives what it answers, or throws a Failure. */
export async function ask(path, body) {
  const options = { headers: { accept: 'application/json' } };
  if (body !== undefined) {
    options.method = 'POST';
    options.headers['content-type'] = 'application/json';
    options.headers['x-themeweave-token'] = token;
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Failure(0, { what: 'the workbench does not answer', next: 'Is it still running? Your work is kept in this page.' });
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Failure(answer.status, found.error ?? { what: `the answer was ${answer.status}` }, found);
  return found;
}

/** Show words above the page until they are called off; none take the banner away. */
export function banner(words, kind = 'bad') {
  const box = document.getElementById('banner');
  box.hidden = !words;
  box.className = `banner ${kind}`;
  box.textContent = words ?? '';
}

/** Put a failure into words. */
export function inWords(failure) {
  const { what, where, next, faults } = failure.said ?? { what: String(failure) };
  return [what, where && `(${where})`, ...(faults ?? []), next].filter(Boolean).join(' ');
}

/** Say beside the coder's name whether everything is saved. */
export function saved(words) {
  document.getElementById('saved').textContent = words;
}

/** Tell whether a key was meant for a field that is being written in. */
export function writing(event) {
  const at = event.target;
  return at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
}

let going = false;
document.addEventListener('keydown', (event) => {
  if (writing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const screen = going && document.querySelector(`nav [data-go="${CSS.escape(event.key)}"]`);
  going = event.key === 'g' && !going;
  if (screen) {
    event.preventDefault();
    event.stopImmediatePropagation();
    location.assign(screen.href);
  }
}, true);
