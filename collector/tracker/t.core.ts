// The smallest script: views, and events that the page tells.

import { begin } from "./core";
import { fromScript } from "./script";

fromScript(begin);
