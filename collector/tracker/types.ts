// What is told, and how: the types that pages' own scripts see.

/** What a page or an event is told with; both key and value must be declared to be kept. */
export type Properties = Record<string, string | number | boolean>;

/** A hit, besides what every hit has: a view unless it says otherwise. */
export interface Hit {
  type?: "view" | "event" | "outbound" | "download" | "not_found" | "engagement";
  /** The name of an event. */
  name?: string | undefined;
  props?: Properties | undefined;
  /** What was looked for on the site. */
  search?: string;
  /** The address that a link leads to. */
  target?: string;
  /** Seconds in view, and percent of the page's height. */
  engaged?: number;
  scroll?: number;
  /** The page's address, where it is not that of the window. */
  url?: string;
}

/** How pages are told apart; what is there at all is chosen, as an attribute without a value is. */
export interface Options {
  /** The registered host; without it, the page's own. */
  site?: string;
  /** The folder a site lies in, where that is no part of its pages' names. */
  root?: string;
  /** An application tells its pages apart by the fragment. */
  hash?: string | true;
  /** This page is shown for an address that leads nowhere. */
  missing?: string | true;
}

/** What is told besides views and events. */
export interface Watching extends Options {
  /** Each form that is sent is told, as the event `form`. */
  forms?: string | true;
  /** Endings of files that are downloads, with bars between: `pdf|csv`. */
  downloads?: string;
}
