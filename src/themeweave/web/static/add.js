// Adding documents: chosen or dropped files are sent one after another; each gets an answer.

import { inWords } from './app.js';

const box = document.getElementById('add');
const input = document.getElementById('files');
const status = document.getElementById('adding');
const list = document.getElementById('arrived');
const token = document.querySelector('meta[name="form-token"]').content;
const largest = Number(box.dataset.largest);
const HOW = { added: 'Added', there: 'Already there', refused: 'Refused' };
const waiting = [];
let sending = false;

/** Send one file, telling how far it has come; gives what became of it. */
function send(file, tell) {
  return new Promise((answer) => {
    const refused = (said) => answer({ how: 'refused', words: inWords({ said }), notes: [] });
    if (file.size > largest) {
      refused({ what: `the file is larger than ${Math.floor(largest / 1e6)} MB`, next: "Add it on the computer that keeps the folder, with 'themeweave corpus add'." });
      return;
    }
    const request = new XMLHttpRequest();
    request.open('POST', `/read/add?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('x-themeweave-token', token);
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => tell(event.loaded / (event.total || 1)));
    request.addEventListener('load', () => (request.status === 200 && request.response
      ? answer(request.response)
      : refused(request.response?.error ?? { what: `the answer was ${request.status}` })));
    request.addEventListener('error', () => refused({ what: 'the workbench does not answer, or the file changed meanwhile', next: 'Add it again.' }));
    request.send(file);
  });
}

/** Show a file that waits; gives its line, its bar and its words. */
function line(file) {
  const row = document.createElement('li');
  const said = document.createElement('p');
  const bar = document.createElement('progress');
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute('aria-label', `${file.name}, sent`);
  said.append(`${file.name} `, bar);
  row.append(said);
  list.append(row);
  return { row, bar, said };
}

function show({ row, said }, file, found) {
  const how = document.createElement('b');
  how.textContent = HOW[found.how];
  const name = document.createElement(found.document ? 'a' : 'span');
  if (found.document) name.href = `/read/${found.document}`;
  name.textContent = found.name ?? file.name;
  row.className = found.how;
  said.replaceChildren(how, ' ', name, found.words && `${found.how === 'added' ? ',' : ':'} ${found.words}`);
  if (found.notes.length) {
    const notes = document.createElement('ul');
    notes.append(...found.notes.map((note) => Object.assign(document.createElement('li'), { textContent: note })));
    row.append(notes);
  }
}

async function sendAll() {
  sending = true;
  const counts = { added: 0, there: 0, refused: 0 };
  let next;
  while ((next = waiting.shift())) {
    const { file, shown } = next;
    status.textContent = `Adding ${file.name} … ${waiting.length ? `${waiting.length} more wait` : ''}`;
    const found = await send(file, (share) => {
      shown.bar.value = share;
      if (share === 1) shown.bar.removeAttribute('value'); // it is being read
    });
    counts[found.how] += 1;
    show(shown, file, found);
  }
  status.textContent = `${counts.added} added, ${counts.there} already there, ${counts.refused} refused.`;
  sending = false;
  if (counts.added) await renew();
}

/** Show the list of documents as it is now. */
async function renew() {
  const there = document.querySelector('.documents');
  if (!there) return;
  const found = new DOMParser().parseFromString(await (await fetch('/read')).text(), 'text/html').querySelector('.documents');
  if (found) there.replaceWith(found);
}

function take(files) {
  for (const file of files) waiting.push({ file, shown: line(file) });
  if (waiting.length && !sending) sendAll();
}

input?.addEventListener('change', () => {
  take(input.files);
  input.value = '';
});

const carries = (event) => input && [...event.dataTransfer.types].includes('Files');
for (const kind of ['dragenter', 'dragover']) {
  document.addEventListener(kind, (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    box.classList.add('over');
  });
}
document.addEventListener('dragleave', (event) => {
  if (!event.relatedTarget) box.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  box.classList.remove('over');
  if (!carries(event)) return;
  event.preventDefault();
  take(event.dataTransfer.files);
});
addEventListener('beforeunload', (event) => {
  if (sending) event.preventDefault();
});
