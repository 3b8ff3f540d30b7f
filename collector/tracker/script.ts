// Begin as the script element in the page says, and give the page its one function.

import type { Hit, Properties, Watching } from "./types";

type Call = (what: string | Hit, props?: Properties) => void;

declare global {
  interface Window {
    /**
     * Count a declared event, such as a download, with declared properties; or a hit of another
     * kind, such as a view with what was looked for. Until the script is loaded, calls may be
     * put into `q`.
     */
    oboro?: Call & { q?: Parameters<Call>[] };
  }
}

type Beginning = (collector: string, options: Watching) => (hit: Hit) => void;

export const fromScript = (begin: Beginning) => {
  const script = document.currentScript as HTMLScriptElement | null;
  const before = window.oboro;
  // A page saved to a disk, or shown by an extension, is no page of the site; a page that
  // includes the script twice is seen once.
  if (!script || !/^http/.test(location.protocol) || (before && !before.q)) return;
  // Beside the script, so that a site may serve both under a folder of its own.
  const send = begin(new URL("api/hit", script.src).href, script.dataset);
  window.oboro = (what, props) => {
    if (what) send(typeof what == "string" ? { name: what, props } : what);
  };
  if (before) for (const each of before.q!) window.oboro(...each);
};
