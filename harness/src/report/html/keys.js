// SPDX-License-Identifier: MIT OR Apache-2.0
// The keyboard; then the page begins.

const KEYS = [['/', 'search'], ['j k', 'next, previous case or message'], ['Enter', 'open the case'], ['n p', 'in a case: next, previous case'],
  ['Esc', 'back to the results'], ['u', 'only what is not as expected'], ['d', 'light or dark'], ['?', 'these keys']];
const help = () => {
  let dialog = $('dialog');
  if (!dialog) {
    dialog = make('dialog', { on: { click: () => dialog.close() } }, make('h2', {}, 'Keys'),
      make('dl', {}, ...KEYS.flatMap(([key, does]) => [make('dt', {}, ...key.split(' ').flatMap((one) => [make('kbd', {}, one), ' '])), make('dd', {}, does)])));
    document.body.append(dialog);
  }
  dialog.open ? dialog.close() : dialog.showModal();
};
$('#help').addEventListener('click', help);
const walk = (by) => {
  if (!visible.length) return;
  const at = visible.findIndex((entry) => entry.row.classList.contains('at'));
  const next = visible[Math.max(0, Math.min(visible.length - 1, at < 0 ? 0 : at + by))];
  for (const row of all('tr.at')) row.classList.remove('at');
  next.row.classList.add('at');
  next.row.scrollIntoView({ block: 'nearest' });
  $('.cell', next.row).focus({ preventScroll: true });
};
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || ($('dialog') || {}).open) return;
  const typing = event.target.matches('input[type=search], select, textarea');
  if (event.key === 'Escape') {
    if (typing) event.target.blur();
    else if (view !== 'results') view === 'case' ? back() : (location.hash = '#/results');
    return;
  }
  if (typing) return;
  const does = {
    '/': () => { if (view !== 'results') location.hash = '#/results'; setTimeout(() => $('#q').focus()); },
    j: () => (view === 'case' ? turn(1) : view === 'results' && walk(1)),
    k: () => (view === 'case' ? turn(-1) : view === 'results' && walk(-1)),
    n: () => view === 'case' && step(1), p: () => view === 'case' && step(-1),
    u: () => { const box = $('[name=unexpected]', form); if (view === 'results' && box) { box.checked = !box.checked; remember(); } },
    d: toggleTheme, '?': help,
  }[event.key];
  if (does) { event.preventDefault(); does(); }
});

addEventListener('hashchange', route);
route();
