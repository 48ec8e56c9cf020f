"""Selects words on the Read screen, as a mouse does, wherever tags cut the text."""

SELECT = """words => {
  const walker = document.createTreeWalker(document.querySelector('.paper'), NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const all = nodes.map((node) => node.data).join('');
  const place = (at) => {
    for (const node of nodes) {
      if (at <= node.length) return [node, at];
      at -= node.length;
    }
  };
  const range = document.createRange();
  range.setStart(...place(all.indexOf(words)));
  range.setEnd(...place(all.indexOf(words) + words.length));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""
