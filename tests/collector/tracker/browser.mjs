// Run the tracker in a page that is made up, and print what it sent.
//
// The scenario comes as JSON on standard input: the page's own facts, and the steps that a
// visitor and the page's own scripts take after it was loaded.

import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const { script, page, steps } = JSON.parse(readFileSync(0, "utf8"));
const sent = [];
const listeners = {};
const touched = [];

const listen = (type, listener) => (listeners[type] ??= []).push(listener);
const location = new URL(page.href);
const document = {
  currentScript: { src: page.src, dataset: page.dataset },
  referrer: page.referrer,
  hidden: page.hidden,
  addEventListener: listen,
  get cookie() {
    return page.cookie;
  },
  set cookie(value) {
    touched.push("cookie");
  },
};
const move = (_state, _title, to) => {
  if (to) location.href = new URL(to, location.href).href;
};
const history = { pushState: move, replaceState: move };
const navigator = {
  globalPrivacyControl: page.globalPrivacyControl,
  doNotTrack: page.doNotTrack,
};
if (page.beacon !== null)
  navigator.sendBeacon = (url, body) => page.beacon && sent.push({ url, body: JSON.parse(body) });

const forbidden = (name) => ({
  get() {
    touched.push(name);
    return undefined;
  },
});
const window = {
  document,
  location,
  history,
  navigator,
  URL,
  innerWidth: 1440,
  addEventListener: listen,
  fetch: async (url, options) => {
    sent.push({ url, body: JSON.parse(options.body), options: { ...options, body: undefined } });
  },
};
for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
  Object.defineProperty(window, name, forbidden(name));
window.window = window;
createContext(window);

const fire = (type, event = {}) => {
  for (const listener of listeners[type] ?? []) listener(event);
};
const actions = {
  push: (to) => window.history.pushState({}, "", to),
  replace: (to) => window.history.replaceState({}, "", to),
  back: (to) => (move({}, "", to), fire("popstate")),
  show: () => ((document.hidden = false), fire("visibilitychange")),
  hide: () => ((document.hidden = true), fire("visibilitychange")),
  restore: () => fire("pageshow", { persisted: true }),
  load: () => fire("pageshow", { persisted: false }),
  event: (name) => window.oboro(name),
  optOut: () => (page.cookie = "oboro-optout=1"),
  again: () => runInContext(script, window),
};

runInContext(script, window);
for (const [action, argument] of steps) actions[action](argument);
process.stdout.write(JSON.stringify({ sent, touched }));
