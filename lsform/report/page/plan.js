"use strict";
// Without this script everything is shown; a group in which nothing is chosen hides nothing.
const form = document.getElementById("filter");
if (form) {
  const articles = [...document.querySelectorAll("article")];
  const narrow = () => {
    const given = new FormData(form);
    const text = given.get("text").toLowerCase(), actions = given.getAll("action"), risks = given.getAll("risk");
    let shown = 0;
    for (const one of articles) {
      const fits = one.dataset.address.toLowerCase().includes(text)
        && (!actions.length || actions.includes(one.dataset.action))
        && (!risks.length || risks.includes(one.dataset.risk));
      one.hidden = !fits;
      shown += fits;
    }
    document.getElementById("shown").textContent = `${shown} of ${articles.length} shown`;
  };
  form.addEventListener("input", narrow);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  narrow();
}
