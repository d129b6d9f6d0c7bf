import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { panelsOf } from './panel-queries.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The module of Grafana's types for the options of each kind of panel. */
const optionTypes: Readonly<Record<string, string>> = {
  bargauge: 'BarGauge',
  geomap: 'Geomap',
  stat: 'Stat',
  statetimeline: 'StateTimeline',
  table: 'Table',
  timeseries: 'TimeSeries',
}

/** Kinds whose fields have options of their own. */
const withFields = new Set(['statetimeline', 'timeseries'])

/** JSON has the values of enums in the place of the enums. */
const jsonOf = `
type Json<T> = 0 extends 1 & T ? unknown
  : T extends string ? \`\${T}\`
  : T extends number ? number
  : T extends boolean | null | undefined ? T
  : T extends readonly (infer Item)[] ? readonly Json<Item>[]
  : T extends object ? { [Key in keyof T]: Json<T[Key]> }
  : T`

/** What the compiler finds when dashboards, with the options of their panels, are held to the types of Grafana (`@grafana/schema`). */
export function schemaFaults(dashboards: readonly Dashboard[]): readonly string[] {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'grafana-schema-'))
  try {
    writeFileSync(join(folder, 'dashboards.ts'), sourceOf(dashboards))
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
    return stdout.split('\n').filter((line) => line !== '')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const configuration = {
  compilerOptions: { strict: true, noEmit: true, module: 'nodenext', target: 'esnext', types: [], skipLibCheck: true },
  files: ['dashboards.ts'],
}

function sourceOf(dashboards: readonly Dashboard[]): string {
  const panels = dashboards.flatMap((dashboard) => panelsOf(dashboard))
  const kinds = [...new Set(panels.map(({ type }) => type.replace('-', '')))].toSorted()
  const imports = kinds.map((kind) => {
    const name = optionTypes[kind]
    if (name === undefined) throw new Error(`panels of the kind ${kind} have no types here`)
    return `import type * as ${kind} from '@grafana/schema/dist/esm/raw/composable/${kind}/panelcfg/x/${name}PanelCfg_types.gen'`
  })
  const values = kinds.flatMap((kind) => {
    const own = panels.filter(({ type }) => type.replace('-', '') === kind)
    const options = own.map((panel) => panel.options as unknown)
    const fields = own.map(({ fieldConfig }) => fieldConfig?.defaults.custom as unknown)
    return [
      `const ${kind}Options: readonly Json<${kind}.Options>[] = ${JSON.stringify(options)}`,
      ...(withFields.has(kind)
        ? [`const ${kind}Fields: readonly Json<Partial<${kind}.FieldConfig>>[] = ${JSON.stringify(fields)}`]
        : []),
    ]
  })
  const models = dashboards.map(
    (dashboard, index) => `const dashboard${index}: Json<Dashboard> = ${JSON.stringify(dashboard)}`,
  )
  return [`import type { Dashboard } from '@grafana/schema'`, ...imports, jsonOf, ...models, ...values].join('\n')
}
