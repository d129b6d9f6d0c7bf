import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { platformConfigSchema } from '@watchword/cli'
import { parsePolicy } from '@watchword/policy'
import { loadConfig } from '@watchword/service-kit'
import { parse } from 'yaml'
import { blocksOf, type CodeBlock } from './code-blocks.ts'
import { documentPaths } from './documents.ts'
import { requestFaults } from './document-requests.ts'
import { repositoryText } from './repository.ts'

const here = 'tools/src/document-blocks.test.ts'
const commands = 'tools/src/documents.e2e.test.ts'
const starts = 'tools/src/document-starts.embedded.e2e.test.ts'
const backUp = 'tools/src/back-up.embedded.e2e.test.ts'
const onKafka = 'tools/src/documents.kafka.test.ts'
const types = 'tools/src/document-types.test.ts'

/** What executes a kind of block, or holds it to what it is about: the file, and how it names the kind. */
const testedBy: Readonly<Record<string, readonly [file: string, name: string]>> = {
  'sh run': [commands, "'run'"],
  'sql ask': [commands, "'ask'"],
  'sh start': [starts, "'start'"],
  'sh started': [starts, "'started'"],
  'sh back-up': [backUp, "'back-up'"],
  'sh restore': [backUp, "'restore'"],
  'sh restored': [backUp, "'restored'"],
  'sql checkpoints': ['services/auditor/src/restored-database.int.test.ts', 'sql checkpoints'],
  'sh kafka': [onKafka, "'kafka'"],
  'sh services': ['tools/src/document-services.kafka.test.ts', "'services'"],
  'sh consumer': ['examples/mfa-consumer/test/mfa-consumer.kafka.test.ts', 'sh consumer'],
  'json mfa-consumer': ['examples/mfa-consumer/test/mfa-consumer.kafka.test.ts', 'json mfa-consumer'],
  'sh doctor': ['apps/cli/src/commands/doctor.embedded.e2e.test.ts', "'doctor'"],
  'sh measured': [here, "'sh measured'"],
  'sh helm': ['tools/helm/documents.helm.test.ts', "'helm'"],
  'sh notify': ['apps/cli/src/commands/notify.embedded.e2e.test.ts', "['notify', 'test']"],
  'sh ci': ['.ci/run', 'step install npm ci'],
  'js before': ['tools/src/five-minutes.embedded.e2e.test.ts', "'before'"],
  'js after': ['tools/src/five-minutes.embedded.e2e.test.ts', "'after'"],
  'js whole': ['tools/src/token-exchange.e2e.test.ts', "'whole'"],
  'js genauth-backend': ['tools/src/genauth.embedded.e2e.test.ts', "'genauth-backend'"],
  'js genauth-page': ['tools/browser/genauth-page-check.ts', "'genauth-page'"],
  'nginx whole': ['tools/proxy/nginx.proxy.test.ts', "'whole'"],
  'nginx check': ['tools/proxy/nginx.proxy.test.ts', "'check'"],
  'caddy whole': ['tools/proxy/caddy.proxy.test.ts', "'whole'"],
  'yaml prometheus': ['dashboards/src/rules/rules.grafana.test.ts', 'yaml prometheus'],
  'json webhook': ['services/notifier/src/webhooks/webhook-payload.test.ts', 'json webhook'],
  'text rsyslog': ['services/notifier/src/testing/rsyslog.ts', 'text rsyslog'],
  ts: [types, "'ts'"],
  'yaml config': [here, "'yaml config'"],
  'yaml policy': [here, "'yaml policy'"],
  http: [here, "'http'"],
  html: [here, "'html'"],
  css: [here, "'css'"],
}

/** What nothing can run here, each with the reason; what can be read is read. */
const notRun: Readonly<Record<string, string>> = {
  'sh docker': 'there is no Docker where the tests run',
  text: 'a drawing, or a form to be filled in',
  'sh grafana': 'Grafana is in no registry that the tests may use',
  'yaml traefik': 'Traefik is in no registry that the tests may use',
  'yaml envoy': 'Envoy is in no registry that the tests may use',
}

const blocks = documentPaths()
  .filter((path) => /^(?:README\.md|docs\/(?!decisions)|sdk\/)/.test(path))
  .flatMap(blocksOf)
const kindOf = ({ language, mark }: CodeBlock): string => `${language} ${mark}`.trim()
const placeOf = ({ document, line }: CodeBlock): string => `${document}:${line}`
const ofKind = (kind: string): readonly CodeBlock[] => blocks.filter((block) => kindOf(block) === kind)

describe('the code on the pages', () => {
  test('is all of a kind that is executed, or held to what it is about, and no kind is left over', () => {
    const kinds = [...Object.keys(testedBy), ...Object.keys(notRun)]
    assert.deepEqual([...new Set(blocks.map(kindOf))].toSorted(), kinds.toSorted())
    for (const [kind, [file, name]] of Object.entries(testedBy)) assert.ok(repositoryText(file).includes(name), kind)
  })

  test('shows configurations that are read', () => {
    for (const block of ofKind('yaml config'))
      assert.doesNotThrow(() => loadConfig(platformConfigSchema, { file: block.text, env: {} }), placeOf(block))
  })

  test('shows policies that are valid', () => {
    for (const block of ofKind('yaml policy')) assert.deepEqual(parsePolicy(block.text).ok, true, placeOf(block))
  })

  test('shows proxies configurations that are YAML and ask for what the guard answers', () => {
    for (const block of [...ofKind('yaml traefik'), ...ofKind('yaml envoy')]) {
      assert.equal(typeof parse(block.text), 'object', placeOf(block))
      assert.match(block.text, /\/v1\/check/, placeOf(block))
    }
  })

  test('shows measurements that there are', () => {
    const tables = repositoryText('load-tests/README.md')
    for (const block of ofKind('sh measured')) {
      const [, name] = /^npm run (?:bench|load) -- ([a-z-]+)/.exec(block.text) ?? []
      assert.ok(tables.includes(`| \`${name}\` `), placeOf(block))
    }
  })

  test('shows requests that the interface has', () => {
    for (const block of ofKind('http')) assert.deepEqual(requestFaults(block.text), [], placeOf(block))
  })

  test('names attributes, properties and parts that the element has', () => {
    const files = ['challenge-element', 'challenge-markup', 'challenge-styles']
    const source = files.map((name) => repositoryText(`sdk/browser/src/${name}.ts`)).join('')
    const shown = [...ofKind('html'), ...ofKind('css')].map(({ text }) => text).join('')
    const names = [...shown.matchAll(/--watchword-[a-z-]+|base-url|(?<=::part\()[a-z-]+/g)].map(([name]) => name)
    assert.ok(names.length >= 3)
    for (const name of names) assert.ok(source.includes(name), name)
  })
})
