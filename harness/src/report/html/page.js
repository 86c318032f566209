// SPDX-License-Identifier: MIT OR Apache-2.0
'use strict';
// One script in five parts: this one has what the others use, and the views.

const $ = (selector, of = document) => of.querySelector(selector);
const all = (selector, of = document) => [...of.querySelectorAll(selector)];
const run = JSON.parse($('#index').textContent);
const byFolder = new Map(run.cases.map((it, at) => [it.folder, at]));

// An element; text is always text.
const make = (name, attributes = {}, ...inside) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'on') for (const [event, does] of Object.entries(value)) element.addEventListener(event, does);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...inside.filter((it) => it != null && it !== false));
  return element;
};
const SIGNS = { fail: '✗', error: '!', inconclusive: '?', pass: '✓', unsupported: '–' };
const badge = (verdict) => make('span', { class: 'v ' + verdict }, make('i', {}, SIGNS[verdict]), verdict);

// ---- light and dark
const keep = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* a page without storage forgets */ } },
};
const system = matchMedia('(prefers-color-scheme: dark)');
const paint = () => {
  const theme = keep.get('theme') || (system.matches ? 'dark' : 'light');
  document.documentElement.dataset.theme = theme;
};
const toggleTheme = () => {
  const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  keep.set('theme', next === (system.matches ? 'dark' : 'light') ? '' : next);
  document.documentElement.dataset.theme = next;
};
system.addEventListener('change', paint);
paint();
$('#theme').addEventListener('click', toggleTheme);
for (const time of all('time')) {
  const date = new Date(time.dateTime);
  if (!Number.isNaN(date.getTime())) { time.title = time.dateTime; time.textContent = date.toLocaleString(); }
}

// ---- views: #/results?q=…, #/coverage, #/changes, #/run, #/case/FOLDER?m=3q
let view = '';
const show = (name) => {
  view = name;
  for (const section of all('.view')) section.hidden = section.id !== name;
  const tab = name === 'case' ? 'results' : name;
  for (const link of all('nav a')) {
    if (link.dataset.view === tab) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
};
const parts = () => {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { path, query: new URLSearchParams(query) };
};
let scrolled = 0;
const route = () => {
  const { path, query } = parts();
  if (view === 'results') scrolled = scrollY;
  if (path.startsWith('case/')) {
    let folder = path.slice(5);
    try { folder = decodeURIComponent(folder); } catch { /* stays as it is */ }
    const at = byFolder.get(folder);
    if (at !== undefined) { open(at, query.get('m')); return; }
  }
  opened = -1;
  const name = ['coverage', 'changes', 'run'].includes(path) && $('#' + path) ? path : 'results';
  if (name === 'results') restore(query);
  show(name);
  scrollTo(0, name === 'results' ? scrolled : 0);
};
