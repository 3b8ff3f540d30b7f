// The tracker as a module, for sites whose scripts are built: begin once, then tell events.

import type { Hit, Properties, Watching } from "./types";
import { beginWatching } from "./watching";

let send: ((hit: Hit) => void) | undefined;

/**
 * Tell each view from now on, and what happens on pages, to `collector`, the address that hits are
 * taken at (`https://www.example.jp/api/hit`); a second call does nothing.
 */
export const start = (options: Watching & { collector: string }): void => {
  if (!send && /^http/.test(location.protocol)) send = beginWatching(options.collector, options);
};

/** Count a declared event, with declared properties; nothing before `start`. */
export const event = (name: string, props?: Properties): void => {
  if (send && name) send({ name, props });
};

/** Count a hit of another kind, such as a view with what was looked for; nothing before `start`. */
export const tell = (hit: Hit): void => {
  if (send) send(hit);
};
