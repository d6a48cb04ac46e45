(() => {
  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  const stored = {
    get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("theme", value); } catch { /* a file may have no storage */ } },
  };
  const asked = () => matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  let theme = stored.get();
  const show = () => {
    root.style.colorScheme = theme ?? "";
    const button = $("theme");
    if (button) {
      const next = (theme ?? asked()) === "dark" ? "light" : "dark";
      button.textContent = button.dataset[next];
      button.hidden = false;
    }
    document.dispatchEvent(new CustomEvent("theme", { detail: theme ?? asked() }));
  };
  show();

  const wireTheme = () => {
    $("theme").addEventListener("click", () => {
      theme = (theme ?? asked()) === "dark" ? "light" : "dark";
      stored.set(theme);
      show();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
    show();
  };

  const wireCopy = () => {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll(".copy")) {
      const says = button.textContent;
      button.hidden = false;
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(button.previousElementSibling.textContent);
          button.textContent = button.dataset.done;
          setTimeout(() => { button.textContent = says; }, 1500);
        } catch { /* the browser forbids it: the text can be selected */ }
      });
    }
  };

  const wireTitles = () => {
    if (!$("rows")) return;
    const { groups, texts, links } = JSON.parse($("data").textContent);
    const PAGE = 15;
    const number = new Intl.NumberFormat(root.lang);
    const imdb = (n) => "tt" + String(n).padStart(7, "0");
    // A title asked for by its id at TMDB has no page that we know at IMDb.
    const idOf = (n, group) => group.scheme === "imdb" ? imdb(n) : `${group.scheme}:${n}`;
    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    const all = groups.flatMap((group) => group.numbers.map((n) => [idOf(n, group), group]));
    let found = all;
    let first = 0;

    const cell = (name, ...parts) => { const td = document.createElement("td"); td.className = name; td.append(...parts); return td; };
    const link = (says, href, label) => {
      const a = document.createElement("a");
      Object.assign(a, { textContent: says, href, target: "_blank", rel: "noopener noreferrer" });
      a.setAttribute("aria-label", label);
      return a;
    };
    const row = ([id, group]) => {
      const tr = document.createElement("tr");
      const dot = document.createElement("span");
      dot.className = "dot " + group.outcome;
      const code = document.createElement("code");
      code.textContent = id;
      tr.append(
        cell("id", code), cell("kind", group.kind_text), cell("outcome", dot, group.outcome_text), cell("reason", group.text),
        cell("look", ...Object.entries(links[group.scheme]).map(([name, to]) => link(name, to.replace("{id}", id.replace(/^.*:/, "")), `${name} ${id}`))),
      );
      return tr;
    };
    const draw = () => {
      $("rows").replaceChildren(...found.slice(first, first + PAGE).map(row));
      const last = Math.min(first + PAGE, found.length);
      $("found").textContent = fill(texts.found, { found: number.format(found.length) });
      $("place").textContent = found.length ? fill(texts.place, { first: number.format(first + 1), last: number.format(last), found: number.format(found.length) }) : "";
      $("back").disabled = first === 0;
      $("on").disabled = last >= found.length;
      $("on").parentElement.hidden = found.length <= PAGE;
    };
    const search = () => {
      const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
      const outcome = $("outcome").value;
      const wanted = new Map(groups.map((group) => [group, `${group.reason} ${group.text} ${group.outcome_text} ${group.kind_text}`.toLowerCase()]));
      found = all.filter(([id, group]) => (!outcome || group.outcome === outcome)
        && words.every((word) => id.includes(word) || wanted.get(group).includes(word)));
      first = 0;
      draw();
    };
    const save = () => saveCsv(texts.file, [
      ["id", "kind", "outcome", "reason"],
      ...found.map(([id, group]) => [id, group.kind, group.outcome, group.reason]),
    ]);
    $("search").addEventListener("input", search);
    $("outcome").addEventListener("change", search);
    $("save").addEventListener("click", save);
    $("back").addEventListener("click", () => { first -= PAGE; draw(); });
    $("on").addEventListener("click", () => { first += PAGE; draw(); });
    draw();
  };

  const wireCharts = () => {
    const { files, tables } = JSON.parse($("tables").textContent);
    for (const [name, lines] of Object.entries(tables)) {
      const button = $(`save-${name}`);
      button.hidden = false;
      button.addEventListener("click", () => saveCsv(files.replace("{name}", name), lines));
    }
  };

  document.addEventListener("DOMContentLoaded", () => { wireTheme(); wireCopy(); wireTitles(); wireCharts(); });
})();
