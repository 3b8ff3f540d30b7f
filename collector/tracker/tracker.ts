// Tell the collector that a page was seen. Sets no cookie, stores nothing, loads nothing, and
// sends nothing at all for a visitor who objects. It sends the page's address without its
// fragment, and of the address it was reached from the origin only.

interface Window {
  /** Count a declared event, such as a download. */
  oboro?: (name: string) => void;
}

interface Navigator {
  readonly globalPrivacyControl?: boolean;
}

(() => {
  const script = document.currentScript as HTMLScriptElement | null;
  // A page saved to a disk, or shown by an extension, is no page of the site; a page that
  // includes the script twice is seen once.
  if (!script || !/^http/.test(location.protocol) || typeof window.oboro == "function") return;

  // Beside the script, so that a site may serve both under a folder of its own.
  const collector = new URL("api/hit", script.src).href;
  const site = script.dataset.site || location.hostname;
  // The folder a site lies in, where that is no part of its pages' names.
  const root = script.dataset.root || "";
  let referrer = document.referrer;
  let seen: string | undefined;

  // Asked each time: the visitor may object while the page is open.
  const objects = () =>
    navigator.globalPrivacyControl ||
    navigator.doNotTrack == "1" ||
    /(^|; )(__(Host|Secure)-)?oboro-optout=/.test(document.cookie);

  const send = (name?: string) => {
    if (objects()) return;
    const body = JSON.stringify({
      site,
      url: location.href.split("#")[0]?.replace(root, ""),
      referrer: referrer.split("/", 3).join("/"),
      width: innerWidth,
      name,
    });
    // As plain text it needs no question to the server beforehand.
    if (!navigator.sendBeacon?.(collector, body))
      fetch(collector, { method: "POST", body, keepalive: true, mode: "no-cors" }).catch(() => {});
  };

  const view = () => {
    seen = location.pathname;
    send();
    referrer = location.href;
  };

  // Applications change the address without loading a page; a changed query is the same page.
  const moved = () => {
    if (seen !== undefined && seen != location.pathname) view();
  };
  for (const change of ["pushState", "replaceState"] as const) {
    const original = history[change];
    history[change] = function (...to) {
      original.apply(this, to);
      moved();
    };
  }
  addEventListener("popstate", moved);

  // A page that comes back from the browser's memory is seen again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) view();
  });

  window.oboro = (name) => {
    if (name) send(name);
  };

  // What is prepared ahead, or opened behind, is seen once it is shown.
  const whenShown = () => {
    if (document.visibilityState != "visible")
      addEventListener("visibilitychange", whenShown, { once: true });
    else view();
  };
  whenShown();
})();
