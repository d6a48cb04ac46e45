(() => {
  const { specs, filled, locale, columns, file } = JSON.parse(document.getElementById("specs").textContent);
  const views = new Map();
  let choice = "all";

  const colour = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const config = () => {
    const [ink, soft, line, accent, bad, note, card, wait] =
      ["ink", "soft", "line", "accent", "bad", "note", "card", "wait"].map(colour);
    const font = getComputedStyle(document.body).fontFamily;
    return {
      background: card, font, view: { stroke: null },
      axis: { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 400 },
      legend: { labelColor: soft, titleColor: soft, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 400 },
      mark: { color: accent }, rule: { color: accent }, line: { strokeWidth: 2.5 }, point: { size: 55, filled: true },
      style: { reference: { color: ink, strokeDash: [4, 4], strokeWidth: 1.5, opacity: 0.8 } },
      range: { category: [accent, bad, note, ink], heatmap: [wait, accent], ramp: [wait, accent] },
    };
  };
  // A chart without rows is hidden, and keeps what it drew: a scale of nothing has no extent.
  const show = async (name) => {
    const view = views.get(name);
    const some = filled[name].includes(choice);
    document.getElementById(`chart-${name}`).hidden = !some;
    document.getElementById(`save-${name}`).hidden = !some;
    if (!some) return;
    const heights = specs[name].usermeta?.heights;
    if (heights) view.height(heights[choice]);
    await view.signal("choice", choice).runAsync();
  };
  // Vega names what it draws in a “Vega visualization”; the figure around it keeps its own name.
  const draw = async () => {
    const told = config();
    for (const [name, spec] of Object.entries(specs)) {
      if (filled[name].length) {
        document.getElementById(`chart-${name}`).hidden = false; // what is hidden has no width
        const { view } = await window.vegaEmbed(`#chart-${name} > div`, spec, {
          renderer: "svg", actions: false, config: told, formatLocale: locale,
        });
        views.get(name)?.finalize();
        views.set(name, view);
      }
      await show(name);
    }
    document.documentElement.dataset.drawn = choice;
  };
  const choose = async (wanted) => {
    choice = wanted;
    delete document.documentElement.dataset.drawn;
    for (const element of document.querySelectorAll("[data-choice]")) {
      element.hidden = element.dataset.choice !== choice;
    }
    for (const name of Object.keys(specs)) await show(name);
    document.documentElement.dataset.drawn = choice;
  };
  // All rows that a chart draws of the choice; the table beneath it may show fewer.
  const save = (name) => {
    const told = columns[name];
    const rows = Object.values(specs[name].datasets).flat()
      .filter((row) => row.choice === choice && told.every(([field]) => field in row));
    const cells = rows.map((row) => told.map(([field, , words]) => words ? words[row[field]] : row[field]));
    saveCsv(file.replace("{name}", name).replace("{choice}", choice), [told.map(([, title]) => title), ...cells]);
  };
  let last = Promise.resolve();
  const then = (work) => { last = last.then(work); };
  for (const radio of document.querySelectorAll("input[name=choice]")) {
    radio.addEventListener("change", () => then(() => choose(radio.value)));
  }
  for (const name of Object.keys(specs)) {
    document.getElementById(`save-${name}`).addEventListener("click", () => save(name));
  }
  document.addEventListener("theme", () => then(draw));
  const checked = document.querySelector("input[name=choice]:checked");
  then(draw);
  then(() => choose(checked ? checked.value : "all"));
})();
