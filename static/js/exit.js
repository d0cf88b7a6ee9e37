"use strict";

// Leaves the directory at once: the page goes blank first, then the neutral site takes its place in the tab's history.
// It runs in <head>, so that a page somebody goes back to is hidden before anything of it is drawn. Nothing is stored:
// what it notes lies in the tab's own list of pages and goes with the tab.
(() => {
  const TIMES = 3;
  const WITHIN = 5000;
  const PATIENCE = 2000;

  // Browsers from before 2026 may lack the Navigation API: they leave all the same, but Back may show an earlier page.
  const entries = () => (window.navigation?.currentEntry ? navigation.entries() : []);
  const note = (state) => window.navigation?.currentEntry && navigation.updateCurrentEntry({ state });
  const whereTo = () => entries().map((entry) => entry.getState()?.left).find(Boolean);

  function blank(to) {
    const page = document.documentElement;
    const empty = () => {
      page.hidden = true;
      document.body?.replaceChildren();
    };
    document.title = new URL(to).hostname;
    // On a long page and a slow telephone it takes a tenth of a second to take the page apart. Not drawing it takes
    // nothing: so that comes first, and the rest when the empty page is on the screen.
    page.style.contentVisibility = "hidden";
    if (!page.style.contentVisibility || document.readyState === "loading") page.hidden = true;
    requestAnimationFrame(() => setTimeout(empty));
    document.addEventListener("DOMContentLoaded", empty);
  }

  function exit() {
    const to = document.querySelector("[data-leave]")?.href;
    if (!to) return;
    blank(to);
    // The entry gets a new identity first: a page kept in memory that has seen it before would read its old note.
    history.replaceState(null, "");
    note({ left: to });
    const leave = () => location.replace(to);
    const first = entries().find((entry) => entry.getState()?.here);
    if (!first || !navigator.onLine) return leave();
    // Back from the neutral site must not show the page before this one either. So go to the first page of the visit:
    // there `resume` finds the note and leaves from it. Every page in between finds it too.
    setTimeout(leave, PATIENCE);
    navigation.traverseTo(first.key).finished.then(leave, leave);
  }

  function resume() {
    const to = whereTo();
    if (to) {
      blank(to);
      location.replace(to);
    }
    return to;
  }

  if (!resume()) note({ here: true });
  addEventListener("pageshow", (event) => event.persisted && resume());

  addEventListener(
    "click",
    (event) => {
      if (!event.target.closest?.("[data-leave]")) return;
      event.preventDefault();
      exit();
    },
    true,
  );

  // Shift counts when it goes down and up with nothing else between; another key, a click or another window starts over.
  let presses = [];
  let alone = false;

  function hint(press) {
    const status = document.querySelector("[data-leave-hint]");
    if (status) status.textContent = press === TIMES - 1 ? status.dataset.leaveHint : "";
  }

  function startOver() {
    alone = false;
    if (presses.length) hint(0);
    presses = [];
  }

  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Shift" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) startOver();
      else if (!event.repeat) alone = true;
    },
    true,
  );
  addEventListener(
    "keyup",
    (event) => {
      if (event.key !== "Shift" || !alone) return;
      alone = false;
      presses = [...presses, event.timeStamp].filter((time) => event.timeStamp - time <= WITHIN);
      if (presses.length >= TIMES) exit();
      else hint(presses.length);
    },
    true,
  );
  addEventListener("pointerdown", startOver, true);
  addEventListener("blur", startOver);
})();
