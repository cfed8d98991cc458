// Draws the charts of a page with Chartkick, from what the page holds. The table beside each says
// the same without it. Nothing moves, so there is nothing to rest from.
(() => {
  "use strict";
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--chart-${name}`).trim();
  const veil = (hex) => `${hex}2e`;
  const KINDS = {
    columns: "ColumnChart", stacked: "ColumnChart", area: "AreaChart", lines: "LineChart",
    bars: "BarChart", funnel: "BarChart",
  };
  const drawn = new Map();

  // --- figures in the manner of the reader's language ---------------------------------------
  function writers(chart) {
    const write = (options) => {
      const format = new Intl.NumberFormat(chart.language, options);
      return (value) => format.format(value);
    };
    if (chart.unit === "money") {
      const money = { style: "currency", currency: chart.currency, currencyDisplay: "narrowSymbol" };
      const short = { ...money, notation: "compact", maximumFractionDigits: 1 };
      const whole = write({ ...money, minimumFractionDigits: 0, maximumFractionDigits: 0 });
      return { full: write(money), whole, short: write({ ...short, minimumFractionDigits: 0 }) };
    }
    if (chart.unit === "share") {
      const share = write({ style: "percent", maximumFractionDigits: 1 });
      return { full: share, whole: share, short: share };
    }
    const plain = write({ maximumFractionDigits: 1 });
    if (chart.unit === "count") return { full: plain, whole: plain, short: plain };
    const days = (value) => chart.days.replace("{value}", plain(value));
    return { full: days, whole: days, short: days };
  }

  // --- what each series looks like -----------------------------------------------------------
  function looks(chart, series) {
    const tone = colour(series.colour);
    const line = { borderColor: tone, backgroundColor: tone, borderWidth: 2, pointRadius: 0, pointHoverRadius: 4 };
    if (series.role === "low") return { ...line, borderWidth: 0, pointHoverRadius: 0, fill: false };
    if (series.role === "high") return { ...line, borderWidth: 0, pointHoverRadius: 0, backgroundColor: veil(tone), fill: "-1" };
    if (series.role === "dashed") return { ...line, borderDash: [6, 4] };
    if (chart.kind === "area") return { ...line, borderWidth: 1, fill: true };
    return chart.kind === "lines" ? line : { backgroundColor: tone, borderWidth: 0, maxBarThickness: 44, categoryPercentage: 0.8, barPercentage: 0.9 };
  }

  // A bar of a funnel stands around the middle: from minus to plus a half of its value.
  function spans(chart, values) {
    return chart.kind === "funnel" ? { data: values.map((value) => [-value / 2, value / 2]) } : {};
  }

  // The value at the end of each bar, where a reader looks for it.
  const ends = {
    id: "ends",
    afterDatasetsDraw(shown, _, options) {
      if (!options.write) return;
      const { ctx } = shown;
      ctx.save();
      ctx.fillStyle = colour("ink");
      ctx.font = `500 13px ${Chart.defaults.font.family}`;
      ctx.textBaseline = "middle";
      shown.getDatasetMeta(0).data.forEach((bar, index) => {
        ctx.fillText(options.write(options.values[index] ?? 0), Math.max(bar.x, bar.base) + 8, bar.y);
      });
      ctx.restore();
    },
  };

  function scales(chart, lying, write) {
    const ticks = { color: colour("muted"), font: { size: 12 }, maxRotation: 0 };
    const names = { ...ticks, autoSkip: !lying, autoSkipPadding: 14, callback: (at) => cut(chart.labels[at], lying) };
    const figures = { ...ticks, display: !lying, maxTicksLimit: 5, callback: (value) => write.short(value) };
    const grid = { color: colour("line"), drawTicks: false, display: !lying };
    const plain = { grid: { display: false }, border: { color: colour("line") }, ticks: names };
    const valued = { grid, border: { display: false }, ticks: figures };
    return lying ? { y: plain, x: valued } : { x: plain, y: valued };
  }

  function cut(label, lying) {
    const most = !lying ? 60 : window.innerWidth < 640 ? 16 : 28;
    return label.length > most ? `${label.slice(0, most - 1)}…` : label;
  }

  function options(chart) {
    const lying = chart.kind === "bars" || chart.kind === "funnel", write = writers(chart);
    const first = chart.series[0]?.values ?? [];
    // Room for the values at the ends: the longest bar reaches up to it.
    const room = lying ? 14 + 8 * Math.max(0, ...first.map((value) => write.whole(value ?? 0).length)) : 0;
    const longest = Math.max(...first, 0) / (chart.kind === "funnel" ? 2 : 1);
    const label = (at) => `${at.dataset.label}  ${write.full(chart.series[at.datasetIndex].values[at.dataIndex])}`;
    return {
      discrete: true, legend: false, curve: false, stacked: ["stacked", "area"].includes(chart.kind),
      ...(lying && longest ? { max: longest, min: chart.kind === "funnel" ? -longest : 0 } : {}),
      library: {
        locale: chart.language, layout: { padding: { right: room } },
        interaction: { mode: "index", intersect: false, axis: lying ? "y" : "x" },
        scales: scales(chart, lying, write),
        plugins: {
          ends: lying && chart.series.length === 1 ? { write: write.whole, values: first } : {},
          tooltip: {
            displayColors: !lying, backgroundColor: colour("ink"), padding: 10, boxPadding: 4,
            filter: (at) => chart.series[at.datasetIndex].values[at.dataIndex] !== null,
            callbacks: { title: ([at]) => (at ? chart.labels[at.dataIndex] : ""), label },
          },
        },
      },
    };
  }

  function draw(box) {
    const chart = JSON.parse(box.dataset.chart);
    // A label names a column by its place: two customers may have one name.
    const series = chart.series.map((one) => ({
      name: one.name,
      data: one.values.map((value, at) => [String(at), value]),
      library: { ...looks(chart, one), ...spans(chart, one.values) },
    }));
    drawn.set(box, new Chartkick[KINDS[chart.kind]](box, series, options(chart)));
  }

  function drawAll() {
    for (const [box, chart] of drawn) {
      if (!box.isConnected) { chart.destroy(); drawn.delete(box); }
    }
    document.querySelectorAll("[data-chart]").forEach((box) => { if (!drawn.has(box)) draw(box); });
  }

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.register(ends);
  drawAll();
  document.addEventListener("htmx:afterSettle", drawAll);
  // Paper is narrower than the window.
  const fit = () => drawn.forEach((chart) => chart.getChartObject()?.resize());
  window.addEventListener("beforeprint", fit);
  window.addEventListener("afterprint", fit);
})();
