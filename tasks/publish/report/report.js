"use strict";

// Which of the two views is shown, by the address alone: #id=… and #records… are records, all else is the overview.
(() => {
  const links = { overview: document.getElementById("to-overview"), records: document.getElementById("to-records") };

  const show = (event) => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const view = wanted.has("id") || wanted.has("records") ? "records" : "overview";
    const before = document.documentElement.dataset.view;
    document.documentElement.dataset.view = view;
    for (const [name, link] of Object.entries(links)) {
      if (name === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (!event || before === view) return;
    const target = view === "overview" && document.getElementById(location.hash.slice(1));
    if (target && target.id !== "overview") target.scrollIntoView();
    else scrollTo(0, 0);
  };

  addEventListener("hashchange", show);
  show();
})();
