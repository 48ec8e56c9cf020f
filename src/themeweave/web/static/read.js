// Reading a document as text: a selection in it is counted back to the document's offsets.
// Offsets count characters as the document's text does (code points); the browser counts UTF-16 units.

import { characters, choose, lookAtNamed, main, paper, view } from './notes.js';

const blocks = [...paper.querySelectorAll('.block')];

/** Give the offset of a place inside a block, in characters of the document. */
function offset(node, place) {
  const block = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest('.block');
  if (!block) return null;
  const range = document.createRange();
  range.setStart(block, 0);
  range.setEnd(node, place);
  return Number(block.dataset.start) + characters(range.toString());
}

/** Give the last place of a selection that stands in a block: it may end before the next one. */
function span(selection) {
  const range = selection.getRangeAt(0);
  let [node, place] = [range.endContainer, range.endOffset];
  if (place === 0 || !(node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest('.block')) {
    const inside = blocks.filter((block) => selection.containsNode(block, true) && block !== node && !block.contains(node));
    const last = inside.at(-1);
    if (last) [node, place] = [last, last.childNodes.length];
  }
  const start = offset(range.startContainer, range.startOffset);
  const end = offset(node, place);
  return start === null || end === null || end <= start ? null : { start, end };
}

document.addEventListener('selectionchange', () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !paper.contains(selection.anchorNode) || !paper.contains(selection.focusNode)) return;
  const found = span(selection);
  if (found) choose({ ...found, text: selection.toString() });
});

view.place = () => (blocks.find((block) => block.getBoundingClientRect().bottom > 60) ?? blocks.at(-1))?.dataset.start ?? 0;

if (!lookAtNamed() && new URLSearchParams(location.search).has('at')) {
  const at = Number(main.dataset.at);
  blocks.findLast((block) => Number(block.dataset.start) <= at)?.scrollIntoView({ block: 'start' });
}
