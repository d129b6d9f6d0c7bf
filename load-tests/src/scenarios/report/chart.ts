import { scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import type { Histogram, Series } from './series.ts'

const width = 860
const height = 240
const margin = { top: 12, right: 16, bottom: 34, left: 64 }
const right = width - margin.right
const bottom = height - margin.bottom

export type Curve = Readonly<{ label: string; color: string; series: Series }>

export type LineChart = Readonly<{ title: string; curves: readonly Curve[]; scale?: 'linear' | 'log' }>

/** Curves over the time of the load, as SVG; on a logarithmic scale nothing is drawn of what is not above 0. */
export function lineChart({ title, curves, scale = 'linear' }: LineChart): string {
  const points = curves.flatMap(({ series }) => series)
  const end = Math.max(1, ...points.map(({ second }) => second))
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  const top = Math.max(1, ...values)
  const x = scaleLinear([0, end], [margin.left, right])
  const y =
    scale === 'log'
      ? scaleLog(
          [Math.max(0.5, Math.min(top / 10, ...values.filter((value) => value > 0))), top],
          [bottom, margin.top],
        ).nice()
      : scaleLinear([0, top], [bottom, margin.top]).nice()
  const isDrawn = (value: number | null): value is number => value !== null && (scale === 'linear' || value > 0)
  const path = line<Series[number]>()
    .defined(({ value }) => isDrawn(value))
    .x(({ second }) => x(second))
    .y(({ value }) => y(value ?? 1))
  const drawn = curves.map(({ color, series }) => {
    // A point between two gaps has no line.
    const dots = series.filter(({ value }, index) => isDrawn(value) && isAlone(series, index, isDrawn))
    const circles = dots.map(
      ({ second, value }) => `<circle cx="${x(second)}" cy="${y(value ?? 1)}" r="2" fill="${color}"/>`,
    )
    return `<path d="${path([...series]) ?? ''}" fill="none" stroke="${color}" stroke-width="1.6"/>${circles.join('')}`
  })
  return framed(title, [
    ...rulesOf(scale === 'log' ? y.ticks().filter(isLabelled) : y.ticks(5), y),
    ...x.ticks(8).map((tick) => label(x(tick), bottom + 16, `${tick} s`, 'middle')),
    ...drawn,
    legend(curves),
  ])
}

/** How many answers took how long, as SVG: bars on a logarithmic scale of time. */
export function histogramChart(title: string, color: string, histogram: Histogram): string {
  const [first, last] = [histogram[0], histogram.at(-1)]
  if (first === undefined || last === undefined) return framed(title, [label(width / 2, height / 2, 'none', 'middle')])
  const x = scaleLog([first.fromMs, last.toMs], [margin.left, right])
  const y = scaleLinear([0, Math.max(...histogram.map(({ count }) => count))], [bottom, margin.top]).nice()
  const labelEvery = Math.max(1, Math.ceil(histogram.length / 10))
  const bars = histogram.map(({ fromMs, toMs, count }) => {
    const [left, top] = [x(fromMs), y(count)]
    return `<rect x="${left}" y="${top}" width="${Math.max(1, x(toMs) - left - 1)}" height="${bottom - top}" fill="${color}"/>`
  })
  return framed(title, [
    ...rulesOf(y.ticks(5), y),
    ...histogram
      .filter((_, index) => index % labelEvery === 0)
      .map(({ fromMs }) => label(x(fromMs), bottom + 16, milliseconds(fromMs), 'middle')),
    ...bars,
  ])
}

/** 1, 2 and 5 of each power of ten: the scale names all nine. */
function isLabelled(tick: number): boolean {
  return [1, 2, 5].includes(Math.round(tick / 10 ** Math.floor(Math.log10(tick) + 1e-9)))
}

function isAlone(series: Series, index: number, isDrawn: (value: number | null) => boolean): boolean {
  return !isDrawn(series[index - 1]?.value ?? null) && !isDrawn(series[index + 1]?.value ?? null)
}

function rulesOf(ticks: readonly number[], y: (value: number) => number): readonly string[] {
  return ticks.map(
    (tick) =>
      `<line x1="${margin.left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#e3e6ea"/>${label(margin.left - 8, y(tick) + 4, tick.toLocaleString('en'), 'end')}`,
  )
}

function legend(curves: readonly Curve[]): string {
  const apart = Math.min(160, (right - margin.left) / curves.length)
  return curves
    .map(
      ({ label: text, color }, index) =>
        `<rect x="${margin.left + index * apart}" y="${height - 12}" width="18" height="4" fill="${color}"/>${label(margin.left + 24 + index * apart, height - 6, text, 'start')}`,
    )
    .join('')
}

function framed(title: string, content: readonly string[]): string {
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${width} ${height + 6}" role="img" aria-label="${title}">${content.join('')}</svg></figure>`
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`
}

function milliseconds(ms: number): string {
  return ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${ms >= 10 ? ms.toFixed(0) : ms.toFixed(1)} ms`
}
