// Small comforts for those who have JavaScript; every page works without.

const LIVE_MS = 5_000;
const SAY_MS = 60_000;

interface LiveDocument {
  importing: { done: number; of: number } | null;
  now?: number;
  views?: number[];
  arrived?: boolean;
  bars?: [number, number][];
  texts?: { now: string; total: string; said: string };
}

/** Fetch *address* every few seconds while the page is looked at, until *seen* says enough. */
function poll(address: string, every: number, seen: (found: LiveDocument) => boolean): void {
  let done = false;
  const ask = async (): Promise<void> => {
    if (done || document.hidden) return;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.ok) done = seen((await answer.json()) as LiveDocument);
    } catch {
      // The server is away: the next round asks again.
    }
    if (done) window.clearInterval(timer);
  };
  const timer = window.setInterval(() => void ask(), every);
  document.addEventListener("visibilitychange", () => void ask());
}

function followLive(section: HTMLElement): void {
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const minutes = section.querySelectorAll<SVGRectElement>("[data-minute]");
  const cells = section.querySelectorAll<HTMLElement>("[data-minute-views]");
  const say = section.querySelector<HTMLElement>("[data-said]");
  let spoken = 0;
  poll(section.dataset.live ?? "", LIVE_MS, (found) => {
    if (!found.texts || !found.bars || !found.views) return false;
    write(section, "[data-now]", found.texts.now);
    write(section, "[data-total]", found.texts.total);
    found.bars.forEach(([y, height], n) => {
      minutes[n]?.setAttribute("y", `${y}%`);
      minutes[n]?.setAttribute("height", `${height}%`);
    });
    [...found.views].reverse().forEach((views, n) => {
      if (cells[n]) cells[n].textContent = numbers.format(views);
    });
    // Whoever listens hears of a change once a minute at most.
    if (say && say.textContent !== found.texts.said && Date.now() - spoken > SAY_MS) {
      say.textContent = found.texts.said;
      spoken = Date.now();
    }
    return false;
  });
}

function write(within: HTMLElement, selector: string, text: string): void {
  const element = within.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}

function offerCopy(button: HTMLButtonElement): void {
  const source = document.getElementById(button.dataset.copy ?? "");
  if (!source || !navigator.clipboard) return;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent ?? "");
    button.textContent = button.dataset.copied ?? "";
    window.setTimeout(() => (button.textContent = label), 2_000);
  });
}

for (const section of document.querySelectorAll<HTMLElement>("[data-live]")) followLive(section);

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) offerCopy(button);

for (const box of document.querySelectorAll<HTMLElement>("[data-arrival]")) {
  poll(box.dataset.arrival ?? "", 2_000, (found) => {
    if (found.arrived) window.location.reload();
    return found.arrived === true;
  });
}

for (const box of document.querySelectorAll<HTMLElement>("[data-importing]")) {
  // While there is nothing to look at, look again as soon as the newest days may be there.
  if (box.dataset.empty !== undefined) window.setTimeout(() => window.location.reload(), 5_000);
  poll(box.dataset.importing ?? "", 2_000, (found) => {
    const bar = box.querySelector("progress");
    if (found.importing && bar) {
      bar.max = found.importing.of || 1;
      bar.value = found.importing.done;
    }
    if (!found.importing) window.location.reload();
    return !found.importing;
  });
}
