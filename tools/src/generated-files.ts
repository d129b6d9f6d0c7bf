import { execFileSync } from 'node:child_process'
import { startUp } from '@watchword/cli/testing'
import { grafanaFiles } from '@watchword/dashboards/files'
import { policySchema } from '@watchword/policy'
import { createStateMetrics, version } from '@watchword/service-host'
import { createLogger, createMetrics } from '@watchword/service-kit'
import { chartFiles } from '../helm/chart-files.ts'
import { answerTypes } from './answer-types.ts'
import { assuranceOfSdk, assuranceReference } from './assurance-reference.ts'
import { asyncApi } from './async-api.ts'
import { browserBundles } from './browser-bundle.ts'
import { cliReference } from './cli-reference.ts'
import { configurationReference } from './configuration-reference.ts'
import { contractTypes } from './contract-types.ts'
import { errorsReference } from './errors-reference.ts'
import { fixtureFiles } from './fixture-files.ts'
import { framesReference } from './frames-reference.ts'
import { httpReference, type OpenApi, sortedOpenApi } from './http-reference.ts'
import { metricsReference } from './metrics-reference.ts'
import { performanceReference } from './performance-reference.ts'
import { misconfigurationsReference } from './misconfigurations-reference.ts'
import { repositoryFile } from './repository.ts'
import { signalsReference } from './signals-reference.ts'
import { topicsReference } from './topics-reference.ts'

/** Every generated file of the repository, by absolute path, with the text it must have. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const platform = await startUp()
  const openApi = (await (await fetch(`${platform.url}/openapi.json`)).json()) as OpenApi
  const metrics = await (await fetch(`${platform.url}/metrics`)).text()
  await platform.stop()
  const files: readonly (readonly [path: string, text: string])[] = [
    ...contractTypes(),
    ...grafanaFiles(),
    ...chartFiles(),
    ...(await fixtureFiles()),
    ...(await browserBundles()),
    answerTypes(openApi),
    assuranceOfSdk(),
    ['schemas/policy.schema.json', json(policySchema)],
    ['schemas/asyncapi.json', json(asyncApi(version))],
    ['schemas/http/openapi.json', json(sortedOpenApi(openApi))],
    ['docs/reference/http.md', httpReference(openApi)],
    ['docs/reference/websocket.md', framesReference()],
    ['docs/reference/metrics.md', metricsReference(`${metrics}\n${await clusterMetrics()}`)],
    ['docs/reference/signals.md', signalsReference()],
    ['docs/reference/assurance.md', assuranceReference()],
    ['docs/reference/cli.md', await cliReference()],
    ['docs/reference/configuration.md', configurationReference()],
    ['docs/reference/errors.md', errorsReference()],
    ['docs/reference/misconfigurations.md', misconfigurationsReference()],
    ['docs/reference/topics.md', topicsReference()],
    ['docs/performance.md', performanceReference()],
  ]
  return new Map(files.map(([path, text]) => [repositoryFile(path), formatted(path, text)]))
}

/** What only processes on a cluster measure. */
async function clusterMetrics(): Promise<string> {
  const metrics = createMetrics({ service: 'tools', version, processMetrics: false })
  createStateMetrics({ metrics, logger: createLogger({ service: 'tools', version, level: 'silent' }) })
  return metrics.metrics()
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
}

/** A text as the formatter of the repository wants it; TypeScript and fixtures are left to their generators. */
function formatted(path: string, text: string): string {
  if (!/^docs\/|^schemas\/(?!fixtures\/)|^deploy\/(?!.*\/generated\/)/.test(path)) return text
  const biome = repositoryFile('node_modules/.bin/biome')
  return execFileSync(biome, ['format', `--stdin-file-path=${path}`], {
    cwd: repositoryFile('.'),
    input: text,
    encoding: 'utf8',
  })
}
