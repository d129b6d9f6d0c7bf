import type { LoadResult } from '../result.ts'
import type { Resources } from '../resources.ts'
import type { Outcome } from '../run.ts'
import { type Sample, type TrafficClass, trafficClasses, within } from '../samples.ts'
import { histogramChart, lineChart } from './chart.ts'
import { activitiesPerSecond, histogramOf, latency, overTime, type Series } from './series.ts'
import { figure } from '../../bench/measure/report.ts'

const colors: Readonly<Record<TrafficClass, string>> = {
  telemetry: '#2f6fde',
  sensitive: '#c2410c',
  status: '#0f766e',
  check: '#7c3aed',
  lock: '#be123c',
  verify: '#a16207',
  reconnect: '#475569',
}

const style = `body{font:15px/1.5 system-ui,sans-serif;color:#1b1f24;max-width:920px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}figure{margin:1rem 0}figcaption{font-weight:600}
svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:#57606a}table{border-collapse:collapse;width:100%}
td,th{padding:.25rem .6rem;border-bottom:1px solid #e3e6ea;text-align:right;font-variant-numeric:tabular-nums}td:first-child,th:first-child{text-align:left}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 1.2rem}.two svg text{font-size:19px}pre{background:#f6f8fa;padding:.8rem;overflow-x:auto;font-size:13px}.bad{color:#be123c;font-weight:600}`

/** The report as one HTML file that needs nothing else. */
export function reportPage(result: LoadResult, outcome: Outcome, verdicts: readonly string[]): string {
  const { samples, resources } = outcome
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${result.scenario}</title><style>${style}</style></head><body>`,
    `<h1>${escaped(result.scenario)}</h1><p>${escaped(result.question)}, on ${escaped(result.platform)}.</p>`,
    kindsTable(result),
    list(result.figures.map(({ label, value, unit }) => `${label}: ${figure(value)} ${unit}`)),
    `<h2>Over time</h2>${overTimeCharts(samples)}`,
    `<h2>How long answers took</h2><div class="two">${histograms(samples)}</div>`,
    `<h2>What the platform held</h2>${resourceCharts(resources)}`,
    `<h2>Checks</h2><pre>${escaped(verdicts.join('\n'))}</pre>`,
    `<h2>How it was measured</h2>${list([...result.setting, ...machineOf(result)])}<pre>${escaped(result.command)} --seed ${result.seed}</pre></body></html>`,
  ].join('\n')
}

function kindsTable({ kinds }: LoadResult): string {
  const rows = kinds.map(({ kind, requests, good, shed, failed, p50Ms, p99Ms, maxMs }) => {
    const cells = [requests, good, shed, failed, p50Ms, p99Ms, maxMs].map((value) =>
      value === null ? '–' : figure(value),
    )
    return `<tr><td>${kind}</td>${cells.map((cell, index) => `<td${index === 3 && failed > 0 ? ' class="bad"' : ''}>${cell}</td>`).join('')}</tr>`
  })
  const head = ['', 'requests', 'good', 'told to come later', 'failed', 'p50 ms', 'p99 ms', 'max ms']
  return `<table><tr>${head.map((text) => `<th>${text}</th>`).join('')}</tr>${rows.join('')}</table>`
}

function overTimeCharts(samples: readonly Sample[]): string {
  const kinds = trafficClasses.filter((kind) => within(samples, kind).length > 0)
  return [
    lineChart({
      title: 'Activities a second',
      curves: [
        { label: 'taken in', color: colors.telemetry, series: overTime(samples, activitiesPerSecond('good')) },
        { label: 'told to come later', color: '#9aa4b2', series: overTime(samples, activitiesPerSecond('shed')) },
        { label: 'failed', color: colors.lock, series: overTime(samples, activitiesPerSecond('failed')) },
      ],
    }),
    lineChart({
      title: 'Latency by kind, p99 of what was good, ms (logarithmic)',
      scale: 'log',
      curves: kinds.map((kind) => ({
        label: kind,
        color: colors[kind],
        series: overTime(samples, latency(kind, 0.99)),
      })),
    }),
  ].join('')
}

function histograms(samples: readonly Sample[]): string {
  return trafficClasses
    .map((kind) => ({ kind, of: within(samples, kind).filter(({ outcome }) => outcome === 'good') }))
    .filter(({ of }) => of.length > 0)
    .map(({ kind, of }) =>
      histogramChart(`${kind}, ${of.length} answers`, colors[kind], histogramOf(of.map(({ ms }) => ms))),
    )
    .join('')
}

function resourceCharts(resources: readonly Resources[]): string {
  const series = (valueOf: (one: Resources) => number): Series =>
    resources.map((one) => ({ second: one.second, value: valueOf(one) }))
  return [
    lineChart({
      title: 'Memory, MiB',
      curves: [
        { label: 'resident', color: colors.telemetry, series: series(({ rssBytes }) => rssBytes / 1_048_576) },
        { label: 'heap in use', color: colors.sensitive, series: series(({ heapBytes }) => heapBytes / 1_048_576) },
      ],
    }),
    lineChart({
      title: 'Descriptors and active resources',
      curves: [
        { label: 'open descriptors', color: colors.status, series: series(({ descriptors }) => descriptors) },
        { label: 'active resources', color: colors.check, series: series((one) => one.resources) },
        { label: 'connections of the load', color: colors.lock, series: series(({ loadSockets }) => loadSockets) },
      ],
    }),
    lineChart({
      title: 'Records that stages have not read',
      curves: [{ label: 'lag', color: colors.lock, series: series(({ lagRecords }) => lagRecords) }],
    }),
  ].join('')
}

function machineOf({ machine, loadAverage, startedAt }: LoadResult): readonly string[] {
  return [
    `${machine.cores} cores of ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}, Node.js ${machine.node}, commit ${machine.commit}, ${startedAt}`,
    `the load runs on the same machine; load average ${loadAverage.before} before, ${loadAverage.after} after`,
  ]
}

function list(lines: readonly string[]): string {
  return `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
