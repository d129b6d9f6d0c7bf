import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellDisplayMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge'
import type { DataTransformerConfig, DynamicConfigValue, Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { byName, byThreshold, coloredWords, colorOfSeries, plain, type Step, thresholdsOf } from './looks.ts'
import type { Question } from './queries.ts'
import type { clickhouse, prometheus } from './sources.ts'

/** Answers to several questions as one list: largest first by a column; so many of them, all by default. */
type Merged = Readonly<{ by: string; limit?: number }>

/** What every panel has. */
export type PanelText = Readonly<{
  title: string
  description: string
  /** Of 24 columns. */
  width: number
  /** In units of 30 pixels. */
  height: number
  /** As Grafana names units. */
  unit: string
  ask: readonly [Question, ...Question[]]
  merged?: Merged
}>

type Common = {
  title(title: string): unknown
  description(description: string): unknown
  span(width: number): unknown
  height(height: number): unknown
  unit(unit: string): unknown
  datasource(source: typeof clickhouse | typeof prometheus): unknown
  withTarget(target: ReturnType<Question>): unknown
  withTransformation(transformation: DataTransformerConfig): unknown
}

/** Gives a panel its text, its place and its questions; the first question's data source is the panel's. */
export function described<Panel extends Common>(panel: Panel, text: PanelText): Panel {
  panel.title(text.title)
  panel.description(text.description)
  panel.span(text.width)
  panel.height(text.height)
  panel.unit(text.unit)
  text.ask.forEach((question, index) => panel.withTarget(question(String.fromCodePoint(65 + index))))
  const { datasource } = text.ask[0]('A').build() as unknown as { datasource: typeof clickhouse | typeof prometheus }
  panel.datasource(datasource)
  if (text.merged !== undefined) {
    panel.withTransformation({ id: 'merge', options: {} })
    panel.withTransformation({ id: 'sortBy', options: { sort: [{ field: text.merged.by, desc: true }] } })
    const { limit } = text.merged
    if (limit !== undefined) panel.withTransformation({ id: 'limit', options: { limitField: limit } })
  }
  return panel
}

/** One number; where there is none it says so, since 0 and 100 % say more than nobody knows. */
export function stat(text: PanelText & Readonly<{ steps?: readonly Step[]; decimals?: number }>): Builder<Panel> {
  const panel = described(new StatBuilder(), text)
    .thresholds(thresholdsOf(text.steps ?? plain))
    .colorScheme(byThreshold)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields(''))
    .noValue('no data')
  return text.decimals === undefined ? panel : panel.decimals(text.decimals)
}

/** One word or moment, as it stands in the first row. */
export function fact(text: PanelText & Readonly<{ steps?: readonly Step[] }>): Builder<Panel> {
  return described(new StatBuilder(), text)
    .thresholds(thresholdsOf(text.steps ?? plain))
    .colorScheme(byThreshold)
    .mappings(coloredWords)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('/.*/'))
    .noValue('none')
}

/** Values over time: lines, or bars that stand on each other. */
export function timeSeries(
  text: PanelText &
    Readonly<{ as?: 'lines' | 'bars' | 'points'; legend?: 'list' | 'table'; label?: string; steps?: readonly Step[] }>,
): Builder<Panel> {
  const panel = described(new TimeSeriesBuilder(), text)
    .min(0)
    .colorScheme(byName)
    .lineWidth(text.as === 'points' ? 0 : 1)
    .fillOpacity(text.as === 'bars' ? 70 : 8)
    .drawStyle(drawStyles[text.as ?? 'lines'])
    .showPoints(text.as === 'points' ? VisibilityMode.Always : VisibilityMode.Auto)
    .pointSize(6)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(text.legend === 'table' ? LegendDisplayMode.Table : LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(text.legend === 'table' ? ['mean', 'max', 'lastNotNull'] : []),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
  if (text.as === 'bars') panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
  if (text.label !== undefined) panel.displayName(`\${__field.labels.${text.label}}`)
  for (const [name, properties] of colorOfSeries()) panel.overrideByRegexp(name, [...properties])
  return panel
}

const drawStyles = { lines: GraphDrawStyle.Line, bars: GraphDrawStyle.Bars, points: GraphDrawStyle.Points } as const

/** A bar for each row: the first column is its name, the second its length. */
export function barList(text: PanelText & Readonly<{ steps?: readonly Step[] }>): Builder<Panel> {
  return described(new BarGaugeBuilder(), text)
    .min(0)
    .thresholds(thresholdsOf(text.steps ?? [[0, 'blue']]))
    .colorScheme(byThreshold)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs([]).values(true).limit(25).fields(''))
    .noValue('0')
}

/** How a column looks: its unit, its width in pixels, where its cells lead, whether words have colours, a bar in the cell up to a maximum. */
export type Column = Readonly<{
  unit?: string
  decimals?: number
  width?: number
  link?: Readonly<{ title: string; url: string }>
  words?: true
  bar?: number
  steps?: readonly Step[]
}>

/** Rows as they are. */
export function table(text: PanelText & Readonly<{ columns?: Readonly<Record<string, Column>> }>): Builder<Panel> {
  const panel = described(new TableBuilder(), text).noValue('')
  for (const [name, column] of Object.entries(text.columns ?? {})) panel.overrideByName(name, propertiesOf(column))
  return {
    build() {
      const built = panel.build()
      // The SDK still writes the footer that tables had before Grafana 12.
      const { footer: _footer, ...options } = built.options as Readonly<Record<string, unknown>>
      return { ...built, options }
    },
  }
}

function propertiesOf(column: Column): DynamicConfigValue[] {
  const { unit, decimals, width, link, words, bar, steps } = column
  const cell = bar === undefined ? { type: TableCellDisplayMode.ColorText } : { type: TableCellDisplayMode.Gauge }
  const thresholds = steps === undefined ? [] : [{ id: 'thresholds', value: thresholdsOf(steps).build() }]
  const all: readonly (DynamicConfigValue | undefined)[] = [
    unit === undefined ? undefined : { id: 'unit', value: unit },
    decimals === undefined ? undefined : { id: 'decimals', value: decimals },
    width === undefined ? undefined : { id: 'custom.width', value: width },
    link === undefined ? undefined : { id: 'links', value: [{ ...link, targetBlank: false }] },
    words === undefined ? undefined : { id: 'mappings', value: coloredWords },
    bar === undefined ? undefined : { id: 'min', value: 0 },
    bar === undefined ? undefined : { id: 'max', value: bar },
    words === undefined && bar === undefined && steps === undefined
      ? undefined
      : { id: 'custom.cellOptions', value: cell },
    ...thresholds,
  ]
  return all.filter((property) => property !== undefined)
}
