"use strict";
// Filters the mistakes and shows them a page at a time. Without it the page shows them all.
for (const list of document.querySelectorAll("ol.mistakes")) {
  const section = list.closest("section");
  const form = section.querySelector("form.filters");
  const more = section.querySelector("button.more");
  const status = section.querySelector(".shown");
  const entries = [...list.children].map((item) => ({
    item,
    text: item.querySelector("blockquote").textContent.toLowerCase(),
    confidence: item.dataset.confidence === "" ? null : Number(item.dataset.confidence),
  }));
  const pageSize = Number(list.dataset.pageSize);
  let limit = pageSize;

  const isWanted = ({ item, text, confidence }) => {
    const wanted = Object.fromEntries(new FormData(form));
    const agrees = ["run", "topic", "kind", "gold", "predicted"].every(
      (name) => !wanted[name] || item.dataset[name] === wanted[name],
    );
    const low = wanted.low === "" ? 0 : Number(wanted.low);
    const high = wanted.high === "" ? 1 : Number(wanted.high);
    // A mistake without a probability is shown as long as no bound is asked for.
    const inRange = confidence === null ? low <= 0 && high >= 1 : confidence >= low && confidence <= high;
    return agrees && inRange && text.includes(wanted.text.trim().toLowerCase());
  };

  const show = () => {
    const found = entries.filter(isWanted);
    const shown = new Set(found.slice(0, limit));
    for (const entry of entries) entry.item.hidden = !shown.has(entry);
    more.hidden = shown.size === found.length;
    status.textContent = `Showing ${shown.size} of ${found.length} that match, of ${entries.length} here.`;
  };

  form.addEventListener("input", () => { limit = pageSize; show(); });
  form.addEventListener("reset", () => { limit = pageSize; setTimeout(show); });
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => {
    const first = [...list.children].filter((item) => !item.hidden).length;
    limit += pageSize;
    show();
    // The reader goes on where the list ended.
    const next = [...list.children].filter((item) => !item.hidden)[first];
    next.tabIndex = -1;
    next.focus();
  });
  form.hidden = false;
  show();
}

// What is folded is printed, too.
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
});
