// Dragging cards to a theme: by mouse as the browser does it, by touch with a long press that lifts
// the card, so that a swipe still scrolls. Near an edge of the window the page scrolls along.

const PRESS = 350; // milliseconds until a card is lifted
const STILL = 10; // pixels that a finger may tremble meanwhile
const EDGE = 80; // pixels from the window's edge where the page begins to scroll
const FASTEST = 16; // pixels a frame

/**
 * Let the cards of a board be dragged to its columns.
 * @param {HTMLElement} board what holds cards and columns; its content may be replaced
 * @param {function(HTMLElement): string[]} meant gives the findings that go with a card
 * @param {function(string[], HTMLElement)} drop called with the findings and the column
 */
export function dragging(board, meant, drop) {
  let dragged = [];
  const columnAt = (element) => element?.closest?.('.column[data-theme]') ?? null;

  function over(column) {
    for (const one of board.querySelectorAll('.over')) one.classList.toggle('over', one === column);
    column?.classList.add('over');
  }

  function end() {
    dragged = [];
    for (const one of board.querySelectorAll('.over, .dragged')) one.classList.remove('over', 'dragged');
  }

  // By mouse

  board.addEventListener('dragstart', (event) => {
    const card = event.target.closest('.finding');
    if (!card) return;
    if (press) { // a finger: the long press is ours
      event.preventDefault();
      return;
    }
    dragged = meant(card);
    event.dataTransfer.setData('text/plain', dragged.join(' '));
    event.dataTransfer.effectAllowed = 'move';
    card.classList.add('dragged');
  });
  board.addEventListener('dragend', end);
  board.addEventListener('dragover', (event) => {
    const column = columnAt(event.target);
    over(dragged.length ? column : null);
    if (column && dragged.length) event.preventDefault();
  });
  board.addEventListener('drop', (event) => {
    const column = columnAt(event.target);
    if (!column || !dragged.length) return;
    event.preventDefault();
    drop(dragged, column);
  });

  // By touch

  let press = null; // a finger on a card: where it is, the timer, and the picture once it is lifted
  let lifted = -Infinity; // when a card was let go last: the click that follows is none

  function lift() {
    const { card } = press;
    dragged = meant(card);
    press.ghost = card.cloneNode(true);
    press.ghost.className += ' ghost';
    press.ghost.removeAttribute('tabindex');
    press.ghost.setAttribute('aria-hidden', 'true');
    press.ghost.style.width = `${card.offsetWidth}px`;
    if (dragged.length > 1) press.ghost.dataset.number = dragged.length;
    document.body.append(press.ghost);
    card.classList.add('dragged');
    navigator.vibrate?.(15);
    follow();
    press.frame = requestAnimationFrame(scrollAlong);
  }

  function follow() {
    press.ghost.style.transform = `translate(${press.x - press.ghost.offsetWidth / 2}px, ${press.y - press.ghost.offsetHeight - 12}px)`;
    over(columnAt(document.elementFromPoint(press.x, press.y)));
  }

  /** Scroll while the finger is near an edge, the faster the nearer. */
  function scrollAlong() {
    if (!press?.ghost) return;
    const up = Math.max(0, EDGE - press.y);
    const down = Math.max(0, press.y - (innerHeight - EDGE));
    if (up || down) {
      scrollBy(0, Math.round(((down - up) / EDGE) * FASTEST));
      follow();
    }
    press.frame = requestAnimationFrame(scrollAlong);
  }

  function letGo() {
    if (!press) return;
    clearTimeout(press.timer);
    cancelAnimationFrame(press.frame);
    if (press.ghost) {
      press.ghost.remove();
      lifted = performance.now();
    }
    press = null;
    end();
  }

  board.addEventListener('pointerdown', (event) => {
    const card = event.pointerType === 'touch' && event.target.closest('.finding');
    letGo(); // a second finger means something else
    if (!card || !event.isPrimary) return;
    press = { card, id: event.pointerId, x: event.clientX, y: event.clientY, from: [event.clientX, event.clientY], timer: setTimeout(lift, PRESS) };
  });
  addEventListener('pointermove', (event) => {
    if (event.pointerId !== press?.id) return;
    [press.x, press.y] = [event.clientX, event.clientY];
    if (press.ghost) follow();
    else if (Math.hypot(press.x - press.from[0], press.y - press.from[1]) > STILL) letGo();
  });
  addEventListener('pointerup', (event) => {
    if (event.pointerId !== press?.id) return;
    const column = press.ghost && columnAt(document.elementFromPoint(event.clientX, event.clientY));
    const findings = dragged;
    letGo();
    if (column) drop(findings, column);
  });
  addEventListener('pointercancel', (event) => event.pointerId === press?.id && letGo());
  addEventListener('keydown', (event) => event.key === 'Escape' && letGo());
  addEventListener('blur', letGo);
  // What the browser would make of a finger that stays or moves: not while a card is held
  board.addEventListener('touchmove', (event) => press?.ghost && event.cancelable && event.preventDefault(), { passive: false });
  board.addEventListener('contextmenu', (event) => press && event.preventDefault());
  board.addEventListener('click', (event) => {
    if (performance.now() - lifted > 400) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}
