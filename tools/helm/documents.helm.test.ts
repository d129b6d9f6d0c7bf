import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { codeBlocks } from '../src/code-blocks.ts'
import { documentPaths } from '../src/documents.ts'
import { repositoryFile } from '../src/repository.ts'
import { type ApiServer, startApiServer } from './api-server.ts'
import { binaries, helms, run } from './helm.ts'
import { startHookRunner } from './hook-runner.ts'

const page = 'docs/how-to/deploy-with-helm.md'
let server: ApiServer

describe('whoever has a cluster and the page', () => {
  before(async () => {
    server = await startApiServer()
  })
  after(() => server.stop())

  test('is the only one that has commands of this kind', () => {
    const marked = documentPaths().filter((path) => codeBlocks(path, 'helm').length > 0)
    assert.deepEqual(marked, [page])
  })

  for (const [version, helm] of Object.entries(helms))
    test(`gets from nothing to a release, its upgrade, the way back and the end of it, with ${version}`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'watchword-helm-page-'))
      t.after(() => rmSync(folder, { recursive: true, force: true }))
      symlinkSync(repositoryFile('deploy'), join(folder, 'deploy'))
      const blocks = codeBlocks(page, 'helm')
      assert.ok(blocks.length >= 6)
      const npx = 'npx() { "$@"; }'
      const path = [
        dirname(helm),
        dirname(binaries.kubectl),
        repositoryFile('node_modules/.bin'),
        process.env['PATH'],
      ].join(':')
      const namespace = `page-${version.replace(' ', '-')}`
      const hooks = startHookRunner(server, namespace)
      const commands = blocks.join('\n').replaceAll(/\bnamespace watchword\b/g, `namespace ${namespace}`)
      const script = `set -euo pipefail\ncd '${folder}'\n${npx}\n${commands}`
      const { code, stdout, stderr } = await run('/usr/bin/env', [
        `PATH=${path}`,
        `KUBECONFIG=${server.kubeconfig}`,
        'bash',
        '-c',
        script,
      ])
      await hooks.stop()
      assert.equal(code, 0, `${stderr}\n${stdout}`)
      assert.doesNotMatch(stderr, /would violate/)
      assert.match(stdout, /STATUS: deployed/)
      assert.match(stdout, /Phase: +Succeeded/)
      assert.match(stdout, /release "watchword" uninstalled/)
      const jobs = ['topics', 'schemas', 'clickhouse'].map((name) => `watchword-${name}`)
      assert.deepEqual(hooks.ran.slice(0, 3), jobs)
    })
})
