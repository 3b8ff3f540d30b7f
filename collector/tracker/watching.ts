// Tell what happens on a page besides its being seen: links that lead away, downloads, forms,
// elements with a name, how long the page is in view, and how far down it is read.

import { begin } from "./core";
import type { Properties, Watching } from "./types";

const FILES =
  "7z|csv|docx?|epub|gz|ics|jtd|key|mov|mp[34]|numbers|od[pst]|pages|pdf|pptx?|rtf|shp|tar|tiff?|txt|wav|xls[mx]?|zip";
const SECOND = 1000;

/** Do as `begin` does, and watch. */
export const beginWatching = (collector: string, options: Watching) => {
  const isFile = RegExp(`\\.(${options.downloads || FILES})$`, "i");
  let url = "";
  // Milliseconds in view that were not told yet, since when it is in view, and how far down.
  let viewed = 0;
  let since = 0;
  let furthest = 0;
  let told = 0;

  const look = () => {
    const height = document.documentElement.scrollHeight;
    furthest = Math.max(
      furthest,
      Math.min(100, Math.round(((scrollY + innerHeight) * 100) / (height || 1))),
    );
  };

  // What the reader does not see, or does not look at, is not being read.
  const turn = () => {
    const now = Date.now();
    if (since) viewed += now - since;
    since = document.visibilityState == "visible" && document.hasFocus() ? now : 0;
  };

  const leave = () => {
    turn();
    if (url && (viewed >= SECOND || furthest > told)) {
      send({ type: "engagement", url, engaged: Math.round(viewed / SECOND), scroll: furthest });
      told = furthest;
      viewed = 0;
    }
  };

  const turned = (next: string) => {
    if (url) leave();
    url = next;
    viewed = furthest = told = 0;
    turn();
    look();
  };

  const tell = ({ dataset }: HTMLElement, name = dataset.oboro) => {
    if (!name) return;
    const props: Properties = {};
    for (const key in dataset)
      if (/^oboro./.test(key))
        props[key.slice(5).replace(/^./, (first) => first.toLowerCase())] = dataset[key]!;
    send({ name, props });
  };

  const clicked = (event: MouseEvent) => {
    const from = event.target as Element;
    // The middle button opens a link too, the right one does not.
    if (event.button > 1 || !from.closest) return;
    const tagged = from.closest<HTMLElement>("[data-oboro]:not(form)");
    const link = from.closest<HTMLAnchorElement>("a[href]");
    if (tagged) tell(tagged);
    else if (link && /^http/.test(link.protocol)) {
      const target = link.href;
      if (isFile.test(link.pathname) || link.hasAttribute("download"))
        send({ type: "download", target });
      else if (link.host != location.host) send({ type: "outbound", target });
    }
  };

  const send = begin(collector, options, turned);

  addEventListener("scroll", look, { passive: true });
  addEventListener("focus", turn);
  addEventListener("blur", turn);
  addEventListener("pagehide", () => {
    leave();
    since = 0;
  });
  document.addEventListener("visibilitychange", leave);
  document.addEventListener("click", clicked);
  document.addEventListener("auxclick", clicked);
  document.addEventListener("submit", ({ target }) => {
    const form = target as HTMLFormElement;
    tell(form, form.dataset.oboro || ("forms" in options ? "form" : ""));
  });
  return send;
};
