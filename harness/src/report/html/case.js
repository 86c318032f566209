// SPDX-License-Identifier: MIT OR Apache-2.0
// A case: why it came to its verdict, and the picture of its messages.

const details = new Map();
const detail = (at) => {
  if (!details.has(at)) {
    details.set(at, (async () => {
      const packed = Uint8Array.from(atob($('#d' + at).textContent.trim()), (it) => it.charCodeAt(0));
      const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
      return JSON.parse(await new Response(stream).text());
    })());
  }
  return details.get(at);
};
let opened = -1;
let messages = [];
let current = '';
const address = (at, message) => '#/case/' + run.cases[at].folder.split('/').map(encodeURIComponent).join('/')
  + (message ? '?m=' + message : '');
const order = () => {
  const list = visible.flatMap((entry) => entry.cases.map((it) => byFolder.get(it.folder)));
  return list.includes(opened) ? list : run.cases.map((_, at) => at);
};
const step = (by) => {
  const list = order();
  const next = list[list.indexOf(opened) + by];
  if (next !== undefined) location.hash = address(next);
};
const back = () => { history.length > 1 && cameFromResults ? history.back() : (location.hash = '#/results'); };
let cameFromResults = false;

const open = async (at, message) => {
  if (opened === at) { if (message) select(message, false); return; }
  cameFromResults = view === 'results';
  opened = at;
  const it = run.cases[at];
  show('case');
  scrollTo(0, 0);
  $('#case').replaceChildren(make('p', { class: 'empty' }, 'Opening…'));
  let more;
  try { more = await detail(at); } catch (error) {
    more = { svg: '', exchanges: [], files: [], missing: ['This browser cannot unpack the messages: ' + error] };
  }
  if (opened !== at) return;
  const list = order();
  const place = list.indexOf(at);
  const head = make('div', { class: 'crumbs' },
    make('button', { type: 'button', id: 'back', on: { click: back } }, '← Results'),
    make('span', { class: 'place' }, `${place + 1} of ${list.length}`),
    make('button', { type: 'button', title: 'Previous case (p)', disabled: place < 1, on: { click: () => step(-1) } }, '‹ Previous'),
    make('button', { type: 'button', title: 'Next case (n)', disabled: place + 1 >= list.length, on: { click: () => step(1) } }, 'Next ›'));
  $('#case').replaceChildren(head, about(it, more), ...traffic(it, more));
  messages = more.exchanges.flatMap((exchange) => [
    { key: exchange.index + 'q', exchange, message: exchange.q, way: 'request' },
    ...(exchange.r ? [{ key: exchange.index + 'r', exchange, message: exchange.r, way: 'response' }] : [])]);
  current = '';
  if (messages.length) {
    const bad = it.finding && it.finding.tape;
    const shows = message || (bad ? guilty(it, bad) : null) || messages[0].key;
    select(shows, false);
    if (bad && !message) scrollPicture(shows);
  }
};

// Which message of the exchange shows the fault: the one that was expected, or what the
// implementation sent.
const guilty = (it, number) => {
  const of = messages.filter((entry) => entry.exchange.index === number);
  if (!of.length) return null;
  const word = it.finding.expected.split(/[\s:.]/)[0];
  const named = of.find((entry) => entry.message.name === word);
  const answers = it.role === 'eim' && of[0].exchange.interface === 'ESipa';
  return (named || (answers && of[1]) || of[0]).key;
};

const about = (it, more) => {
  const lines = [];
  const line = (name, ...inside) => lines.push(make('dt', {}, name), make('dd', {}, ...inside));
  const again = ['harness run', it.id, '--seed', run.seed, ...run.again].join(' ');
  if (it.finding) {
    line('expected', it.finding.expected);
    for (const actual of it.finding.actual) line('actual', actual);
    const step = it.finding.step;
    if (step) line('step', make('code', {}, `${step.file}:${step.line}:${step.column}`));
    const bad = more.exchanges.find((of) => of.index === it.finding.tape);
    if (bad) line('exchange', make('a', { href: address(opened, bad.index + 'q') }, `#${bad.index} ${bad.interface} ${bad.q.name} → ${bad.r ? bad.r.name : 'no answer'}`));
  }
  if (it.expected) line('known', `expected ${it.expected.verdict}: ${it.expected.reason}`);
  if (it.was) line('last run', badge(it.was));
  for (const choice of it.choices) line('choice', choice);
  for (const rule of it.aside) line('set aside', rule);
  if (it.end) line('ended', it.end);
  line('again', make('code', {}, again), copy(again));
  if (more.files.length) {
    const links = more.files.flatMap((file) => [make('a', { href: it.folder.split('/').map(encodeURIComponent).join('/') + '/' + file, target: '_blank' }, file), ' ']);
    line('files', ...links);
  }
  return make('div', { class: 'card' },
    make('div', { class: 'title' }, badge(it.verdict), make('h2', {}, it.id), make('small', {}, '@ ' + it.iut)),
    make('p', { class: 'req' }, it.title),
    make('div', { class: 'tags' }, make('span', {}, it.level), ...it.spec.map((of) => make('a', { href: '#/results?' + new URLSearchParams({ q: of }), title: 'Cases that judge by this' }, of, run.clauses[of] ? make('span', {}, ' ' + run.clauses[of]) : null)),
      it.took ? make('span', {}, it.took) : null),
    make('dl', { class: 'block ' + (it.ok ? '' : it.verdict) }, ...lines));
};
const copy = (text) => make('button', { type: 'button', class: 'copy', on: { click: async (event) => {
  try { await navigator.clipboard.writeText(text); event.target.textContent = 'copied'; } catch { event.target.textContent = 'not allowed here'; }
} } }, 'copy');

const traffic = (it, more) => {
  const cards = [];
  for (const words of more.missing || []) cards.push(make('p', { class: 'hint' }, words));
  if (more.exchanges.length) {
    const picture = make('div', { class: 'card picture' });
    const parsed = new DOMParser().parseFromString(more.svg, 'image/svg+xml').documentElement;
    if (parsed.nodeName === 'svg') picture.append(document.importNode(parsed, true));
    picture.addEventListener('click', (event) => { const of = event.target.closest('.m'); if (of) { select(of.dataset.m, false); reveal(); } });
    picture.addEventListener('keydown', (event) => {
      const of = event.target.closest('.m');
      if (of && (event.key === 'Enter' || event.key === ' ')) { event.preventDefault(); select(of.dataset.m, false); reveal(); }
    });
    cards.push(make('div', { class: 'split' }, picture, make('aside', { class: 'card look', 'aria-live': 'polite', 'aria-label': 'Message' })));
  } else if (!(more.missing || []).length) cards.push(make('p', { class: 'empty' }, 'Nothing was exchanged.'));
  if (more.traffic) {
    const lines = more.traffic.lines.map(([sign, line]) => make('span', { class: { '+': 'ins', '-': 'del' }[sign] || 'same' }, (sign === '…' ? '⋯ ' : sign + ' ') + line));
    cards.push(make('div', { class: 'card' }, make('details', { open: !it.was || !it.finding }, make('summary', {}, 'Changes since the last run'), make('pre', {}, ...lines))));
  }
  if (more.log) cards.push(make('div', { class: 'card' }, make('details', { open: !it.ok }, make('summary', {}, 'What the implementation wrote'), make('pre', {}, more.log))));
  return cards;
};

const scrollPicture = (key) => {
  const of = $(`.seq [data-m="${CSS.escape(key)}"]`);
  if (of) of.scrollIntoView({ block: 'nearest', inline: 'nearest' });
};
// Where picture and message are below each other, a click goes to the message.
const reveal = () => { if (matchMedia('(max-width: 1080px)').matches) $('.look').scrollIntoView({ block: 'start', behavior: 'smooth' }); };
const select = (key, scroll = true) => {
  const at = messages.findIndex((of) => of.key === key);
  if (at < 0) return;
  current = key;
  for (const of of all('.seq .m.on')) of.classList.remove('on');
  const drawn = $(`.seq [data-m="${CSS.escape(key)}"]`);
  if (drawn) { drawn.classList.add('on'); if (scroll) scrollPicture(key); }
  history.replaceState(null, '', address(opened, key));
  look(at);
};
const turn = (by) => {
  const next = messages[messages.findIndex((of) => of.key === current) + by];
  if (next) select(next.key);
};
