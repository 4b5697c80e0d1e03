/* global document, uPlot */

/*
 * Runs inside of the page that `picture-dashboard.ts` photographs, beside uPlot.
 */

const COLOURS = ['#3d71d9', '#e0803c', '#3f9c4a', '#c4434b', '#8a56c2', '#8f6a2a', '#d15fa8', '#5f6b7a'];
const GIB = 2 ** 30;

/** Draws one panel at its place: curves, or what it says now. */
globalThis.drawPanel = ({ place, title, unit, isCurve, times, columns, names, latest }) => {
  const section = document.createElement('section');
  for (const [name, value] of Object.entries(place)) section.style.setProperty(name, `${value}px`);
  section.append(Object.assign(document.createElement('h2'), { textContent: title }));
  document.querySelector('main').append(section);
  const say = (textContent, className) =>
    section.append(Object.assign(document.createElement('p'), { textContent, className }));
  if (times.length === 0) say('No data', 'none');
  else if (isCurve) plot(section, { place, unit, times, columns, names });
  else say(latest.join(', '), '');
};

function plot(section, { place, unit, times, columns, names }) {
  const withUnit = (value) => {
    if (unit === 'bytes') return `${(value / GIB).toFixed(1)} GiB`;
    return unit === 's' ? `${value} s` : String(value);
  };
  const legendPx = 22 * Math.ceil(names.length / 3);
  const options = {
    width: place.width - 14,
    height: Math.max(90, place.height - 40 - legendPx),
    cursor: { show: false },
    legend: { live: false },
    series: [
      {},
      ...names.map((label, index) => ({
        label,
        stroke: COLOURS[index % COLOURS.length],
        width: 1.5,
        points: { show: false },
      })),
    ],
    scales: { y: { range: (_plot, low, high) => [Math.min(0, low), high || 1] } },
    axes: [{}, { size: 64, values: (_plot, values) => values.map(withUnit) }],
  };
  new uPlot(options, [times, ...columns], section);
}
