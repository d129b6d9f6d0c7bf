import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Dashboard, type Panel, VariableType } from '@grafana/grafana-foundation-sdk/dashboard'
import { clickhouseQueries, panelsOf, prometheusQueries } from '../testing/panel-queries.ts'
import { labelValuesOf, prometheusVariables } from '../testing/prometheus-variables.ts'
import { dashboards } from './dashboards.ts'

type Place = Readonly<{ x: number; y: number; w: number; h: number }>

const placeOf = ({ gridPos }: Pick<Panel, 'gridPos'>): Place => gridPos ?? { x: 0, y: 0, w: 0, h: 0 }

function overlap(a: Place, b: Place): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

/** Every link of a dashboard to another one. */
function linksOf(dashboard: Dashboard): readonly string[] {
  return [...JSON.stringify(dashboard).matchAll(/"url":"\/d\/([\w-]+)/g)].map(([, uid = '']) => uid)
}

/** Kinds of panel whose numbers need a unit to be read. */
const numeric = new Set(['stat', 'timeseries', 'table', 'bargauge', 'gauge'])

/**
 * The published rules of Grafana's dashboard linter, and a few of our own. Its two rules that want one data source named `datasource` are for dashboards that
 * have one; these have two, each by a variable.
 * @see https://github.com/grafana/dashboard-linter/blob/main/docs/index.md
 */
for (const dashboard of dashboards)
  describe(`the dashboard ${dashboard.uid}`, () => {
    const panels = panelsOf(dashboard)
    const variables = new Map((dashboard.templating.list ?? []).map((variable) => [variable.name, variable]))

    test('chooses its data sources by variables, and uses every one of them (template-datasource, panel-datasource)', () => {
      const sources = [...variables.values()]
        .filter(({ type }) => type === VariableType.Datasource)
        .map(({ name }) => `\${${name}}`)
      assert.ok(sources.length > 0)
      const used = new Set(
        panels.flatMap(({ datasource, targets = [] }) => [
          datasource?.uid ?? '',
          ...targets.map((target) => (target as unknown as { datasource: { uid: string } }).datasource.uid),
        ]),
      )
      assert.deepEqual([...used].toSorted(), sources.toSorted())
      for (const { label } of variables.values()) assert.match(label ?? '', /^[A-Z]/)
    })

    test('every panel has a title, a description that says more, and a unit (panel-title-description, panel-units)', () => {
      for (const { title = '', description = '', type, fieldConfig } of panels) {
        assert.notEqual(title, '')
        assert.ok(description.length > title.length && description.endsWith('.'), `${title}: ${description}`)
        if (numeric.has(type)) assert.ok(fieldConfig?.defaults.unit, title)
      }
      assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length)
    })

    test('every panel asks something (panel-no-targets)', () => {
      for (const { title, targets = [] } of panels) assert.notEqual(targets.length, 0, title)
    })

    test('a number says when it has none, and nothing stands in for it', () => {
      for (const { title, type, fieldConfig } of panels)
        if (type === 'stat') assert.match(fieldConfig?.defaults.noValue ?? '', /^(?:no data|none)$/, title)
      for (const { panel, type, text } of prometheusQueries([dashboard]))
        if (type === 'stat') assert.doesNotMatch(text, /\bor vector\([^)]*\)$/, panel)
    })

    test('counters are asked for how fast or how far they rise (target-counter-agg)', () => {
      for (const { panel, text } of prometheusQueries([dashboard]))
        for (const [asked, rise] of text.matchAll(
          /(\b(?:rate|irate|increase)\()?\b\w+_(?:total|bucket|count|sum)\b(?:\{[^}]*\})?\[?/g,
        ))
          assert.ok(rise !== undefined && asked.endsWith('['), `${panel}: ${asked}`)
    })

    test('rates go by $__rate_interval, or by the time that is shown (target-rate-interval)', () => {
      for (const { panel, text } of prometheusQueries([dashboard]))
        for (const [, range] of text.matchAll(/\[([^\]]+)\]/g))
          assert.ok(['$__rate_interval', '$__range'].includes(range ?? ''), `${panel}: ${range}`)
    })

    test('every series is of the jobs and instances that are chosen (target-job, target-instance, template-job, template-instance)', () => {
      const asks = prometheusQueries([dashboard])
      for (const { panel, text } of asks) {
        const selectors = [...text.matchAll(/(?:watchword|process|nodejs)_\w+(\{[^}]*\})?/g)]
        assert.ok(selectors.length > 0, panel)
        for (const [selector] of selectors) assert.match(selector, /job=~"\$job", instance=~"\$instance"/, panel)
      }
      for (const name of ['job', 'instance']) {
        const variable = variables.get(name)
        assert.equal(variable !== undefined, asks.length > 0)
        if (variable !== undefined) assert.deepEqual([variable.multi, variable.allValue], [true, '.+'])
      }
    })

    test('the values to choose jobs and instances from are those of a label (template-label-promql)', () => {
      for (const { name, text } of prometheusVariables([dashboard])) {
        const { selector, label } = labelValuesOf(text)
        assert.match(selector, /^watchword_\w+(?:\{\w+=~"\$\w+"\})?$/)
        assert.equal(label, name)
      }
      assert.equal(prometheusVariables([dashboard]).length, prometheusQueries([dashboard]).length > 0 ? 2 : 0)
    })

    test('every question to ClickHouse is about one tenant, and series about the time that is shown', () => {
      const asks = clickhouseQueries([dashboard])
      assert.equal(variables.has('tenant'), asks.length > 0)
      for (const { panel, text } of asks.filter((ask) => !ask.text.includes('system.parts'))) {
        const tables = [...text.matchAll(/(?<!ARRAY )\b(?:FROM|JOIN) (\w+)/g)].length
        const tenants = [...text.matchAll(/\btenant = \$\{tenant:singlequote\}/g)].length
        assert.equal(tenants, tables, `${panel}: ${text}`)
      }
      for (const { panel, text } of asks.filter(({ type }) => type === 'timeseries'))
        assert.match(text, /\$__timeFilter\((?:at|minute)\)|\$__fromTime_ms/, panel)
    })

    test('its values are asked for again when the time changes (template-on-time-change-reload), and it cannot be edited (template-uneditable)', () => {
      for (const { name, type, refresh } of variables.values())
        if (type === VariableType.Query) assert.equal(refresh, 2, name)
      assert.equal(dashboard.editable, false)
    })

    test('its panels fill the width, and none stands on another', () => {
      const places = (dashboard.panels ?? []).map((panel) => placeOf(panel as Panel))
      for (const [index, place] of places.entries()) {
        assert.ok(place.x >= 0 && place.x + place.w <= 24, JSON.stringify(place))
        for (const other of places.slice(index + 1)) assert.ok(!overlap(place, other), JSON.stringify([place, other]))
      }
      const depth = Math.max(...places.map(({ y, h }) => y + h))
      for (let y = 0; y < depth; y += 1) {
        const covered = places
          .filter((place) => place.y <= y && y < place.y + place.h)
          .reduce((sum, { w }) => sum + w, 0)
        assert.equal(covered, 24, `row ${y} is covered ${covered} of 24`)
      }
    })

    test('leads to other dashboards that there are', () => {
      const known = new Set(dashboards.map(({ uid }) => uid))
      for (const uid of linksOf(dashboard)) assert.ok(known.has(uid), uid)
      assert.deepEqual(
        dashboard.links?.map(({ tags }) => tags),
        [['watchword']],
      )
      assert.ok(dashboard.tags?.includes('watchword'))
    })
  })
