// SPDX-License-Identifier: MIT OR Apache-2.0
// A message: its content as a tree, its octets, and how they belong together.

const look = (at) => {
  const { exchange, message, way } = messages[at];
  const aside = $('.look');
  const bytes = message.bytes.map(([, hex]) => hex).join('');
  const nodes = message.nodes || [];
  const status = exchange.http && way === 'response' ? `, HTTP ${exchange.http.status}` : '';
  const header = make('header', {},
    make('span', { class: 'go' },
      bytes ? make('button', { type: 'button', title: 'Copy the bytes as hex', on: { click: (event) => { navigator.clipboard.writeText(bytes).then(() => { event.target.textContent = 'copied'; }, () => {}); } } }, 'hex') : null,
      make('button', { type: 'button', title: 'Message before (k)', 'aria-label': 'Message before', disabled: at === 0, on: { click: () => turn(-1) } }, '‹'),
      make('button', { type: 'button', title: 'Message after (j)', 'aria-label': 'Message after', disabled: at + 1 === messages.length, on: { click: () => turn(1) } }, '›')),
    make('h3', {}, message.name),
    make('p', {}, `#${exchange.index} ${exchange.interface} ${way}, ${message.length} ${message.length === 1 ? 'octet' : 'octets'}${status}`),
    ...(exchange.notes || []).map((note) => make('p', { class: 'note' }, note)));
  const body = make('div', { class: 'body' });
  if (nodes.length) body.append(...nodes.map((node, index) => row(node, index)));
  else if (message.value) body.append(make('pre', {}, message.value));
  else body.append(make('p', { class: 'none' }, 'No content.'));
  const wire = exchange.http && (way === 'request' ? exchange.http.q : exchange.http.r);
  if (wire) body.append(make('details', { class: 'wire' }, make('summary', {}, 'HTTP body'), make('pre', {}, wire)));
  const shows = run.cases[opened].finding;
  const culprit = shows && shows.tape === exchange.index && guilty(run.cases[opened], shows.tape) === messages[at].key ? named(message) : -1;
  if (culprit >= 0) body.children[culprit].classList.add('culprit');
  aside.replaceChildren(header, body, ...(message.length ? [hexOf(message)] : []));
  if (culprit >= 0) body.scrollTop = body.children[culprit].offsetTop - body.offsetTop - body.clientHeight / 3;
};
// The node that a finding names (`a.b.c: expected …`), or the last one above it that is there.
const named = (message) => {
  const finding = run.cases[opened].finding;
  const path = finding && (finding.actual[0] || '').match(/^([\w.[\]-]+):/);
  if (!path) return -1;
  const wanted = path[1].replace(/\[(\d+)\]/g, '.$1');
  const names = [];
  let found = -1;
  (message.nodes || []).forEach(([depth, , name], index) => {
    names.length = depth;
    names.push(name);
    const here = names.slice(1).join('.');
    if (here && (wanted + '.').startsWith(here + '.')) found = index;
  });
  return found;
};
const row = ([depth, tag, name, type, , , , value, remarks], index) => {
  const element = make('div', { class: 'node', tabindex: 0, 'data-n': index, title: type || null, on: {
    click: () => { if (!String(getSelection())) mark(index, true); },
    keydown: (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); mark(index, true); } } } },
  make('span', { class: 'tag' }, tag),
  make('span', { class: 'what' }, make('b', {}, name), value ? make('span', { class: 'val' }, value) : null,
    remarks ? make('span', { class: 'rem' }, remarks) : null));
  $('.what', element).style.setProperty('--d', Math.min(depth, 12));
  return element;
};
const hexOf = (message) => {
  const wide = innerWidth > 620 ? 16 : 8;
  const box = make('div', { class: 'hex', 'aria-label': 'Bytes' });
  let end = 0;
  const left = (from, to) => { if (to > from) box.append(make('div', { class: 'gap' }, `… ${to - from} octets left out; tape.jsonl has them`)); };
  for (const [from, hex] of message.bytes) {
    left(end, from);
    const octets = hex.match(/../g) || [];
    for (let at = 0; at < octets.length; at += wide) {
      const line = octets.slice(at, at + wide);
      const text = line.map((octet) => { const code = parseInt(octet, 16); return code > 31 && code < 127 ? String.fromCharCode(code) : '·'; }).join('');
      const cells = line.map((octet, index) => make('s', { 'data-o': from + at + index }, octet));
      const hexes = make('span', {}, ...cells);
      hexes.style.setProperty('min-width', wide * 2.56 + 'ch');
      box.append(make('div', { class: 'hexl' }, make('span', { class: 'o' }, (from + at).toString(16).padStart(4, '0')), hexes, make('span', { class: 'a' }, text)));
    }
    end = from + octets.length;
  }
  left(end, message.length);
  box.addEventListener('click', (event) => {
    const cell = event.target.closest('s');
    if (!cell || String(getSelection())) return;
    const at = Number(cell.dataset.o);
    const nodes = message.nodes || [];
    let found = -1;
    nodes.forEach(([, , , , from, , to], index) => { if (from <= at && at < to) found = index; });
    if (found >= 0) mark(found, false);
  });
  return box;
};
const mark = (index, fromTree) => {
  const { message } = messages.find((of) => of.key === current);
  const [, , , , begin, contents, end] = message.nodes[index];
  for (const of of all('.look .node')) of.classList.toggle('on', Number(of.dataset.n) === index);
  let first = null;
  for (const cell of all('.look s')) {
    const at = Number(cell.dataset.o);
    cell.className = at >= begin && at < end ? (at < contents ? 'hl' : 'hc') : '';
    if (!first && cell.className) first = cell;
  }
  const box = $(fromTree ? '.look .hex' : '.look .body');
  const target = fromTree ? first : $('.look .node.on');
  if (box && target) box.scrollTop += target.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
};
