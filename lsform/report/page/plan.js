"use strict";
// Without this script everything is shown; a group in which nothing is chosen hides nothing.
// While it runs, all but the first changes are text in a <noscript>, which costs a browser nothing, until one comes to them.
const form = document.getElementById("filter");
if (form) {
  const STEP = 200;
  const changes = [...document.querySelectorAll("[data-address]")];
  const more = document.getElementById("more");
  let limit;
  const show = (at) => {
    if (changes[at].localName === "noscript") {
      const box = document.createElement("template");
      box.innerHTML = changes[at].textContent;
      const article = box.content.firstElementChild;
      changes[at].replaceWith(article);
      changes[at] = article;
    }
    changes[at].hidden = false;
  };
  const narrow = () => {
    const given = new FormData(form);
    const text = given.get("text").toLowerCase(), actions = given.getAll("action"), risks = given.getAll("risk");
    let fitting = 0;
    for (const [at, one] of changes.entries()) {
      const fits = one.dataset.address.toLowerCase().includes(text)
        && (!actions.length || actions.includes(one.dataset.action))
        && (!risks.length || risks.includes(one.dataset.risk));
      fitting += fits;
      if (fits && fitting <= limit) show(at);
      else one.hidden = true;
    }
    more.hidden = fitting <= limit;
    document.getElementById("shown").textContent = `${fitting} of ${changes.length} shown`;
  };
  const widen = (by) => { limit += by; narrow(); };
  const restart = () => { limit = STEP; narrow(); };
  const end = new IntersectionObserver(([seen]) => {
    if (!seen.isIntersecting) return;
    widen(STEP);
    end.unobserve(more); // asked anew, it tells whether the end is still in sight
    end.observe(more);
  }, {rootMargin: "2000px"});
  form.addEventListener("input", restart);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("beforeprint", () => widen(Infinity));
  form.hidden = false;
  restart();
  end.observe(more);
}
