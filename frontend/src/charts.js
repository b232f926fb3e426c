// Draws the options that the page carries as JSON. Colours come from the style sheet, so a chart follows the theme.
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([
  BarChart, HeatmapChart, LineChart, PieChart, AriaComponent, DatasetComponent, GridComponent, LegendComponent,
  LabelLayout, MarkLineComponent, TooltipComponent, VisualMapComponent, SVGRenderer,
]);

const charts = new Map();
const still = matchMedia("(prefers-reduced-motion: reduce)");

function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  const states = Object.fromEntries(
    ["running", "warning", "breached", "met", "paused", "na", "waived"].map((name) => [name, read(`--ly-${name}`)]),
  );
  return { states, text: read("--ly-text"), faint: read("--ly-faint"), line: read("--ly-line"), paper: read("--ly-paper") };
}

/** Replace "state:met" by the colour of that state wherever it stands in an option. */
function paint(value, states) {
  if (typeof value === "string") return value.startsWith("state:") ? states[value.slice(6)] ?? value : value;
  if (Array.isArray(value)) return value.map((item) => paint(item, states));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, paint(item, states)]));
  }
  return value;
}

function withDefaults(option, c) {
  const axis = (given) =>
    [given].flat().filter(Boolean).map((one) => ({
      axisLabel: { color: c.faint, ...one.axisLabel },
      axisLine: { lineStyle: { color: c.line } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: c.line } },
      nameTextStyle: { color: c.faint },
      ...one,
      ...(one.axisLabel ? { axisLabel: { color: c.faint, ...one.axisLabel } } : {}),
    }));
  const result = {
    animation: !still.matches,
    animationDuration: 200,
    color: [c.states.running, c.states.met, c.states.warning, c.states.waived, c.states.breached, c.states.paused],
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: c.text },
    // The content policy forbids style attributes in inserted markup, hence the drawn tooltip.
    ...option,
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: c.paper,
      borderColor: c.line,
      textStyle: { color: c.text, fontSize: 12 },
      ...option.tooltip,
    },
  };
  if (option.xAxis || option.yAxis) {
    result.grid = { left: 8, right: 16, top: option.legend ? 36 : 16, bottom: 8, containLabel: true, ...option.grid };
    result.xAxis = axis(option.xAxis);
    result.yAxis = axis(option.yAxis);
  }
  if (option.legend) result.legend = { textStyle: { color: c.text }, itemWidth: 12, itemHeight: 12, top: 0, left: 0, ...option.legend };
  return result;
}

function draw(element) {
  const source = document.getElementById(element.dataset.chart);
  if (!source) return;
  const chart = charts.get(element) ?? init(element, null, { renderer: "svg" });
  const c = colours();
  chart.setOption(withDefaults(paint(JSON.parse(source.textContent), c.states), c), true);
  if (!charts.has(element)) {
    charts.set(element, chart);
    new ResizeObserver(() => chart.resize()).observe(element);
  }
}

function drawAll() {
  for (const [element, chart] of charts) {
    if (!element.isConnected) {
      chart.dispose();
      charts.delete(element);
    }
  }
  document.querySelectorAll("[data-chart]").forEach(draw);
}

drawAll();
document.body.addEventListener("htmx:load", drawAll);
document.addEventListener("luyue:theme", drawAll);
