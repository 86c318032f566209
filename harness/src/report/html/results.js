// SPDX-License-Identifier: MIT OR Apache-2.0
// The matrix and its filters.

const form = $('#filters');
const rows = all('tr.case').map((row) => {
  const cases = all('.cell', row).map((cell) => run.cases[byFolder.get(cell.dataset.case)]);
  const words = cases.flatMap((it) => [it.folder, it.title, it.level, ...it.spec, ...(it.finding ? it.finding.actual : [])]);
  const calls = new Set(cases.flatMap((it) => it.calls.map((call) => call.toLowerCase())));
  const next = row.nextElementSibling;
  const reason = next && next.matches('.reason') ? next : null;
  return { row, reason, cases, text: words.join('\n').toLowerCase(), calls, clauses: cases.flatMap((it) => it.spec) };
});
let visible = rows;
const strip = $('#strip');
strip.classList.toggle('many', run.cases.length > 400);
for (const entry of rows) {
  entry.squares = entry.cases.map((it) => make('a', { class: it.verdict + (it.ok && it.verdict !== 'pass' ? ' as' : ''), tabindex: -1,
    href: '#/case/' + it.folder.split('/').map(encodeURIComponent).join('/'), title: `${it.verdict}: ${it.id}`, 'aria-hidden': 'true' }));
  strip.append(...entry.squares);
}
const matches = (entry, terms, exact) => {
  if (exact && entry.clauses.includes(exact)) return true;
  return terms.every((term) => (term.startsWith('call:')
    ? [...entry.calls].some((call) => call === term.slice(5)) : entry.text.includes(term)));
};
const chosen = () => ({
  q: $('#q').value.trim(),
  v: all('[name=v]:checked', form).map((it) => it.value),
  unexpected: !!$('[name=unexpected]:checked', form),
  changed: !!$('[name=changed]:checked', form),
  level: ($('[name=level]', form) || {}).value || '',
  iut: ($('[name=iut]', form) || {}).value || '',
});
const filter = () => {
  const want = chosen();
  const terms = want.q.toLowerCase().split(/\s+/).filter(Boolean);
  const exact = rows.some((entry) => entry.clauses.includes(want.q)) ? want.q : '';
  visible = [];
  for (const entry of rows) {
    const fits = entry.cases.some((it) => (!want.v.length || want.v.includes(it.verdict))
      && (!want.unexpected || !it.ok) && (!want.changed || it.change)
      && (!want.level || it.level === want.level) && (!want.iut || it.iut === want.iut));
    const yes = fits && (exact ? entry.clauses.includes(exact) : matches(entry, terms));
    entry.row.hidden = !yes;
    if (entry.reason) entry.reason.hidden = !yes;
    for (const square of entry.squares) square.classList.toggle('off', !yes);
    if (yes) visible.push(entry);
  }
  for (const body of all('#matrix tbody')) body.hidden = !$('tr.case:not([hidden])', body);
  $('.chips', form).classList.toggle('some', want.v.length > 0);
  $('#nothing').hidden = visible.length > 0 || !rows.length;
  $('#matrix').hidden = visible.length === 0;
  $('#count').textContent = visible.length === rows.length ? '' : `${visible.length} of ${rows.length}`;
  return want;
};
const remember = () => {
  const want = filter();
  const query = new URLSearchParams();
  if (want.q) query.set('q', want.q);
  if (want.v.length) query.set('v', want.v.join(','));
  for (const name of ['unexpected', 'changed']) if (want[name]) query.set(name, '1');
  for (const name of ['level', 'iut']) if (want[name]) query.set(name, want[name]);
  const text = query.toString();
  history.replaceState(null, '', '#/results' + (text ? '?' + text : ''));
};
const restore = (query) => {
  $('#q').value = query.get('q') || '';
  const verdicts = (query.get('v') || '').split(',');
  for (const box of all('[name=v]', form)) box.checked = verdicts.includes(box.value);
  for (const name of ['unexpected', 'changed']) { const box = $(`[name=${name}]`, form); if (box) box.checked = query.has(name); }
  for (const name of ['level', 'iut']) { const list = $(`[name=${name}]`, form); if (list) list.value = query.get(name) || ''; }
  filter();
};
form.addEventListener('input', remember);
form.addEventListener('submit', (event) => event.preventDefault());
$('#clear').addEventListener('click', () => { location.hash = '#/results'; restore(new URLSearchParams()); });
for (const row of all('table.cov tr[data-q]')) {
  const go = () => { location.hash = '#/results?' + new URLSearchParams({ q: row.dataset.q }); };
  row.addEventListener('click', go);
  row.addEventListener('keydown', (event) => { if (event.key === 'Enter') go(); });
}
$('#matrix').addEventListener('click', (event) => {
  if (event.target.closest('a') || String(getSelection())) return;
  const line = event.target.closest('tr');
  const of = line && line.matches('.reason') ? line.previousElementSibling : line;
  const cell = of && $('.cell', of);
  if (cell) location.hash = cell.getAttribute('href');
});
