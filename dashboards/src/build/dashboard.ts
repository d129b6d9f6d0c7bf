import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type GridPos,
  type Panel,
  RowBuilder,
  type RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { placed } from './layout.ts'
import type { Variable } from './variables.ts'

/** Panels under a heading. */
export type Section = Readonly<{ title: string; panels: readonly Builder<Panel>[] }>

export type DashboardText = Readonly<{
  /** Also the name of its file, and what links name; stays for ever. */
  uid: string
  title: string
  description: string
  /** As Grafana writes times; default `now-24h`. */
  from?: string
  variables: readonly Variable[]
  sections: readonly Section[]
}>

/** Other dashboards of this product, with the values that are chosen and the time that is shown. */
const siblings = new DashboardLinkBuilder('Watchword')
  .type(DashboardLinkType.Dashboards)
  .tags(['watchword'])
  .asDropdown(true)
  .includeVars(true)
  .keepTime(true)

/** A dashboard that Grafana can read; it cannot be edited there, since this code is where it is written. */
export function dashboard(text: DashboardText): Dashboard {
  const builder = new DashboardBuilder(text.title)
    .uid(text.uid)
    .description(text.description)
    .tags(['watchword'])
    .timezone('browser')
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: text.from ?? 'now-24h', to: 'now' })
    .refresh('1m')
    .link(siblings)
    .variables([...text.variables])
  const built = builder.build()
  // What the SDK gives to variables of intervals it gives to all; Grafana's own types have it for those alone.
  const list = (built.templating.list ?? []).map(
    ({ auto: _auto, auto_min: _min, auto_count: _count, ...variable }) => variable,
  )
  // It would put the links into a menu, where nobody finds them.
  const links = (built.links ?? []).map(({ placement: _placement, ...link }) => link)
  return { ...built, templating: { list }, links, panels: panelsOf(text.sections) }
}

/** Each section is a row and its panels below, packed; ids are numbers in their order. */
function panelsOf(sections: readonly Section[]): (Panel | RowPanel)[] {
  let top = 0
  const all = sections.flatMap(({ title, panels }) => {
    const built = panels.map((panel) => panel.build())
    const places = placed(
      built.map(({ gridPos }) => gridPos ?? { w: 24, h: 8 }),
      top + 1,
    )
    const row = { ...new RowBuilder(title).build(), gridPos: { x: 0, y: top, w: 24, h: 1 } }
    top = Math.max(...places.map(({ y, h }) => y + h))
    return [row, ...built.map((panel, index) => ({ ...panel, ...at(places[index]) }))]
  })
  return all.map((panel, index) => ({ ...panel, id: index + 1 }))
}

function at(gridPos: GridPos | undefined): Pick<Panel, 'gridPos'> {
  return gridPos === undefined ? {} : { gridPos }
}
