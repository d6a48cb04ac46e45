(() => {
  const { specs, filled, locale } = JSON.parse(document.getElementById("specs").textContent);
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
      mark: { color: accent }, line: { strokeWidth: 2.5 }, point: { size: 55, filled: true },
      style: { reference: { color: ink, strokeDash: [4, 4], strokeWidth: 1.5, opacity: 0.8 } },
      range: { category: [accent, bad, note, ink], heatmap: [wait, accent], ramp: [wait, accent] },
    };
  };
  const size = (name, view) => {
    const heights = specs[name].usermeta?.heights;
    if (heights) view.height(heights[choice]);
  };
  const draw = async () => {
    for (const [name, spec] of Object.entries(specs)) {
      const { view } = await window.vegaEmbed(`#chart-${name}`, spec, {
        renderer: "svg", actions: false, config: config(), formatLocale: locale,
      });
      views.get(name)?.finalize();
      views.set(name, view);
      size(name, view);
      await view.signal("choice", choice).runAsync();
    }
    document.documentElement.dataset.drawn = choice;
  };
  const choose = async (wanted) => {
    choice = wanted;
    delete document.documentElement.dataset.drawn;
    for (const element of document.querySelectorAll("[data-choice]")) {
      element.hidden = element.dataset.choice !== choice;
    }
    for (const [name, view] of views) {
      size(name, view);
      document.getElementById(`chart-${name}`).hidden = !filled[name].includes(choice);
      await view.signal("choice", choice).runAsync();
    }
    document.documentElement.dataset.drawn = choice;
  };
  let last = Promise.resolve();
  const then = (work) => { last = last.then(work); };
  for (const radio of document.querySelectorAll("input[name=choice]")) {
    radio.addEventListener("change", () => then(() => choose(radio.value)));
  }
  document.addEventListener("theme", () => then(draw));
  const checked = document.querySelector("input[name=choice]:checked");
  then(draw);
  then(() => choose(checked ? checked.value : "all"));
})();
