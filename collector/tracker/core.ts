// Tell the collector that a page was seen. Sets no cookie, stores nothing, loads nothing, and
// sends nothing at all for a visitor who objects. It sends the page's address without its
// fragment, and of the address it was reached from the origin only.

import type { Hit, Options } from "./types";

declare global {
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
  interface Document {
    readonly prerendering?: boolean;
  }
}

/**
 * Tell each view from now on to the collector at an address, and return what tells anything else.
 * `turned` is called with a page's address right before its view is told.
 */
export const begin = (collector: string, options: Options, turned?: (url: string) => void) => {
  const hash = "hash" in options;
  let referrer = document.referrer;
  let place: string | undefined;
  const waiting: Hit[] = [];

  const here = () =>
    hash
      ? location.href.replace(/\/*(\?[^#]*)?#[!/]*/, "/")
      : location.href.replace(/#.*/, "").replace(options.root || "", "");

  const send = (hit: Hit) => {
    // What the page tells before it is shown waits until it is.
    if (!place) waiting.push(hit);
    // Asked each time: the visitor may object while the page is open.
    if (
      !place ||
      navigator.globalPrivacyControl ||
      navigator.doNotTrack == "1" ||
      /(^|; )(__(Host|Secure)-)?oboro-optout=/.test(document.cookie)
    )
      return;
    const body = JSON.stringify({
      site: options.site || location.hostname,
      url: here(),
      referrer: referrer.split("/", 3).join("/"),
      width: innerWidth,
      ...hit,
    });
    // As plain text it needs no question to the server beforehand.
    if (!navigator.sendBeacon || !navigator.sendBeacon(collector, body))
      fetch(collector, { method: "POST", body, keepalive: true, mode: "no-cors" }).catch(
        () => {},
      );
  };

  // A changed query is the same page.
  const there = () => (hash ? here() : location.pathname);

  const view = (hit: Hit) => {
    place = there();
    if (turned) turned(here());
    send(hit);
    referrer = location.href;
  };

  // Applications change the address without loading a page.
  const moved = () => {
    if (place && place != there()) view({});
  };
  for (const change of ["pushState", "replaceState"] as const) {
    const original = history[change];
    history[change] = function (...to) {
      original.apply(this, to);
      moved();
    };
  }
  addEventListener("popstate", moved);
  addEventListener("hashchange", moved);

  // A page that comes back from the browser's memory is seen again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) view({});
  });

  // What is prepared ahead, or opened behind, is seen once it is shown. A page that was prepared
  // becomes visible first and is activated then; what it sends in between, collectors refuse.
  const shown = () => {
    if (!(place || document.hidden || document.prerendering)) {
      view("missing" in options ? { type: "not_found" } : {});
      waiting.map(send);
    }
  };
  document.addEventListener("visibilitychange", shown);
  document.addEventListener("prerenderingchange", shown);
  shown();

  return send;
};
