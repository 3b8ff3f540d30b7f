// The script: views, events, and what happens on the page.

import { fromScript } from "./script";
import { beginWatching } from "./watching";

fromScript(beginWatching);
