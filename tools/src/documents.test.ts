import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { loadConfig } from '@watchword/service-kit'
import { platformConfigSchema } from '@watchword/cli'
import { parts } from './architecture.ts'
import { variableOf } from './configuration-reference.ts'
import { brokenLinks, documentPaths } from './documents.ts'
import { repositoryFile, repositoryText } from './repository.ts'

type Manifest = Readonly<{ [section: string]: Readonly<Record<string, string>> | undefined }>

describe('the documents', () => {
  test('link to what exists', () => {
    for (const path of documentPaths()) assert.deepEqual(brokenLinks(path), [], path)
  })

  test('name every part of the architecture in ARCHITECTURE.md, with its folder, and no other', () => {
    const rows = [...repositoryText('ARCHITECTURE.md').matchAll(/^\| `([a-z-]+)` +\| `([a-z/-]+)` +\|/gm)]
    const documented = rows.map(([, name, folder]) => `${name} ${folder}`).toSorted()
    assert.deepEqual(
      documented,
      Object.entries(parts)
        .map(([name, { folder }]) => `${name} ${folder}`)
        .toSorted(),
    )
  })

  test('list every dependency with its reason and licence in CONTRIBUTING.md, and no other', () => {
    const rows = [
      ...repositoryText('CONTRIBUTING.md').matchAll(/^\| `((?:@[\w-]+\/)?[\w.-]+)` +\| ([^|]+) \| ([^|]+) \|$/gm),
    ]
    const used = new Set(dependencies())
    assert.deepEqual(rows.map(([, name = '']) => name).toSorted(), [...used].toSorted())
    for (const [, name = '', reason = '', licence = ''] of rows) {
      const { license } = JSON.parse(repositoryText(`node_modules/${name}/package.json`)) as { license?: string }
      // Some manifests name none; the licence is then read by its title.
      if (license !== undefined) assert.equal(licence.trim(), license, name)
      else assert.ok(repositoryText(`node_modules/${name}/LICENSE`).startsWith(`${licence.trim()} License`), name)
      assert.notEqual(reason.trim(), '', name)
    }
  })

  test('name the variables of the configuration as it is read', () => {
    const config = loadConfig(platformConfigSchema, {
      env: {
        [variableOf(['ingest', 'duplicates', 'refillRecords'])]: '7',
        [variableOf(['clickhouse', 'httpPort'])]: '9',
      },
    })
    assert.equal(config.ingest.duplicates.refillRecords, 7)
    assert.equal(config.clickhouse.httpPort, 9)
  })

  test('name metrics that there are', () => {
    const known = new Set(metricsOf(repositoryText('docs/reference/metrics.md')))
    for (const path of documentPaths())
      for (const metric of metricsOf(repositoryText(path))) assert.ok(known.has(metric), `${path}: ${metric}`)
  })

  test('do not call anything easy', () => {
    for (const path of documentPaths())
      assert.doesNotMatch(repositoryText(path), /\b(?:just|easy|easily|simply)\b/i, path)
  })
})

function metricsOf(text: string): readonly string[] {
  return [...text.matchAll(/`(watchword_[a-z_]+)`/g)].map(([, name = '']) => name)
}

/** Every package of the registry that a workspace names. */
function dependencies(): readonly string[] {
  const manifests = globSync(
    [
      'package.json',
      '{packages,services,sdk,apps,examples}/*/package.json',
      '{dashboards,tools,load-tests}/package.json',
    ],
    {
      cwd: repositoryFile('.'),
    },
  )
  return manifests.flatMap((path) => {
    const manifest = JSON.parse(readFileSync(repositoryFile(path), 'utf8')) as Manifest
    return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((section) =>
      Object.keys(manifest[section] ?? {}).filter((name) => !name.startsWith('@watchword/')),
    )
  })
}
