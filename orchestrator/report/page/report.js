"use strict";
(function () {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const hourly = read("hourly");
  const drawings = read("drawings");
  const views = new Map();

  const two = (number) => String(number).padStart(2, "0");

  function dayOf(start, index) {
    return new Date(Date.parse(start + "T00:00:00Z") + index * 3600000);
  }

  function said(date, language) {
    const locale = drawings[language].locale;
    const hour = two(date.getUTCHours()) + ":00";
    const month = locale.time.shortMonths[date.getUTCMonth()];
    const weekday = locale.time.shortDays[date.getUTCDay()];
    const day = language === "vi"
      ? two(date.getUTCDate()) + "/" + two(date.getUTCMonth() + 1) + "/" + date.getUTCFullYear()
      : date.getUTCDate() + " " + month + " " + date.getUTCFullYear();
    return weekday + " " + day + ", " + hour;
  }

  function number(value, language, decimals) {
    return value.toLocaleString(language === "vi" ? "vi-VN" : "en-US", {
      minimumFractionDigits: decimals, maximumFractionDigits: decimals,
    });
  }

  function heatRows(year, language) {
    return hourly.heat[year].map((share, index) => {
      const when = dayOf(year + "-01-01", index);
      return { day: when.toISOString(), hour: when.getUTCHours(), share: share, when: said(when, language) };
    });
  }

  function weekRows(week, language) {
    const keys = Object.keys(week.sources);
    const rows = [];
    week.load.forEach((load, index) => {
      const when = dayOf(week.start, index);
      const time = when.toISOString();
      const line = {
        time: time, until: dayOf(week.start, index + 1).toISOString(), when: said(when, language), key: "load", mw: load,
        said_load: number(load, language, 2) + " MW", said_charge: number(week.charge[index], language, 2) + " MW",
      };
      if (week.price) line.said_price = number(week.price[index], language, 0);
      keys.forEach((key, rank) => {
        const mw = week.sources[key][index];
        line["said_" + key] = number(mw, language, 2) + " MW";
        rows.push({ time: time, key: key, rank: rank, series: drawings[language].sources[key], mw: mw });
      });
      rows.push(line, { time: time, key: "drawn", mw: load + week.charge[index] });
    });
    return rows;
  }

  function weekSpec(spec, week) {
    const copy = JSON.parse(JSON.stringify(spec));
    const present = new Set(Object.keys(week.sources).map((key) => "said_" + key));
    present.add("when").add("said_load");
    if (week.charge.some((mw) => mw > 0)) present.add("said_charge");
    if (week.price) present.add("said_price");
    const pointer = copy.layer.find((layer) => layer.name === "pointer");
    pointer.encoding.tooltip = pointer.encoding.tooltip.filter((entry) => present.has(entry.field));
    if (!present.has("said_charge")) copy.layer = copy.layer.filter((layer) => layer.name !== "drawn");
    const scale = copy.layer[0].encoding.color.scale;
    const shown = scale.domain.map((name, index) => [name, scale.range[index], scale.keys[index]])
      .filter((entry) => present.has("said_" + entry[2]));
    scale.domain = shown.map((entry) => entry[0]);
    scale.range = shown.map((entry) => entry[1]);
    delete scale.keys;
    return copy;
  }

  function prepared(name, language, choice) {
    const spec = drawings[language].charts[name];
    if (name === "heat") return { ...spec, data: { values: heatRows(choice, language) } };
    if (name === "week") {
      const week = hourly.weeks[Number(choice)];
      return { ...weekSpec(spec, week), data: { values: weekRows(week, language) } };
    }
    return spec;
  }

  // Names of a legend stand side by side where there is room for them.
  function withLegendFor(width, spec) {
    if (width >= 560) return spec;
    const copy = JSON.parse(JSON.stringify(spec));
    for (const view of [copy, ...(copy.layer || [])]) {
      const legend = view.encoding && view.encoding.color && view.encoding.color.legend;
      if (legend && legend.orient === "bottom") Object.assign(legend, { columns: 1, labelLimit: width - 30 });
    }
    return copy;
  }

  async function draw(place) {
    const language = place.closest("main").lang;
    const select = place.parentElement.querySelector("select");
    const spec = withLegendFor(place.clientWidth, prepared(place.dataset.chart, language, select && select.value));
    const old = views.get(place);
    const locale = drawings[language].locale;
    const result = await window.vegaEmbed(place, { ...spec, config: { ...drawings.config, ...spec.config } }, {
      mode: "vega-lite", renderer: "svg", actions: false, ast: true,
      formatLocale: locale.number, timeFormatLocale: locale.time, tooltip: { theme: "report" },
    });
    if (old) old.finalize();
    views.set(place, result);
    place.dataset.drawn = language;
  }

  // A chart is as wide as its place; a page of paper is narrower than most windows.
  const paper = 680;

  function fit(width) {
    const main = document.querySelector("main:not([hidden])");
    for (const place of main.querySelectorAll("[data-chart]")) {
      if (views.has(place)) views.get(place).view.signal("width", width || place.clientWidth).run();
    }
  }

  async function drawAll(main) {
    for (const place of main.querySelectorAll("[data-chart]")) {
      if (!place.dataset.drawn) {
        try {
          await draw(place);
        } catch (error) {
          place.textContent = drawings[main.lang].sorry;
          console.error(error);
        }
      }
    }
    document.documentElement.dataset.drawn = main.lang;
  }

  function show(language) {
    document.documentElement.lang = language;
    for (const main of document.querySelectorAll("main")) main.hidden = main.lang !== language;
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
    const main = document.querySelector('main[lang="' + language + '"]');
    document.title = main.querySelector("h1").textContent + " – " + main.querySelector(".subtitle").textContent;
    return drawAll(main);
  }

  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => show(button.dataset.language));
  }
  for (const select of document.querySelectorAll("select")) {
    select.addEventListener("change", () => draw(select.closest("figure").querySelector("[data-chart]")));
  }
  window.addEventListener("beforeprint", () => fit(paper));
  window.addEventListener("afterprint", () => fit(0));
  const asked = location.hash.slice(1, 3);
  show(drawings[asked] && asked.length === 2 && "charts" in drawings[asked] ? asked : document.documentElement.lang);
})();
