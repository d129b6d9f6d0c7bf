import { type TestPlatform, startUp } from '@watchword/cli/testing'
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { buildNodePackage } from '../src/node-package.ts'
import { repositoryFile, repositoryText } from '../src/repository.ts'
import { nodeVersions, realNode } from './real-node.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'watchword-packages-'))
const project = join(folder, 'project')
/** Of TypeScript; its npm package. */
const oldestCompiler = 'typescript@5.4.5'
let platform: TestPlatform
let subpaths: readonly string[]

const npm = (args: readonly string[], cwd: string): string =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund'], { cwd, encoding: 'utf8' })

const versionOf = (name: string): string =>
  (JSON.parse(repositoryText(`node_modules/${name}/package.json`)) as { version: string }).version

/** An empty project that installs the packed SDK and nothing else of this repository. */
const installPacked = async (): Promise<void> => {
  const built = await buildNodePackage(join(folder, 'built'))
  const [{ filename = '' } = {}] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], built)) as {
    filename?: string
  }[]
  cpSync(repositoryFile('tools/packages/consumer'), project, { recursive: true })
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  npm(['install', join(folder, filename), `@types/node@${versionOf('@types/node')}`, oldestCompiler], project)
  const { exports } = JSON.parse(readFileSync(join(project, 'node_modules/@watchword/node/package.json'), 'utf8')) as {
    exports: Readonly<Record<string, unknown>>
  }
  subpaths = Object.keys(exports).filter((subpath) => subpath !== './package.json')
}

describe('the packed SDK for Node.js', () => {
  before(async () => {
    await installPacked()
    platform = await startUp()
  })
  after(async () => {
    await platform.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('holds JavaScript, declarations and no TypeScript of ours, and no package that is not published', () => {
    const installed = join(project, 'node_modules/@watchword')
    assert.deepEqual(readdirSync(installed), ['node'])
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
    assert.deepEqual(
      files.filter((file) => /(?<!\.d)\.ts$/.test(file)),
      [],
    )
    assert.ok(subpaths.length > 5)
    const declarations = files.filter((file) => file.endsWith('.d.ts'))
    for (const file of declarations)
      for (const [, target = ''] of readFileSync(join(installed, file), 'utf8').matchAll(/from ['"](\.[^'"]*)['"]/g)) {
        const declared = join(installed, file, '..', target.replace(/\.js$/, '.d.ts'))
        assert.ok(existsSync(declared), `${file} takes ${target}, which is not there`)
      }
  })

  for (const version of nodeVersions)
    for (const script of ['consume.cjs', 'consume.mjs'])
      test(`does its work on Node.js ${version} in ${script}`, async () => {
        const { url, key } = platform
        const args = [join(project, script), url, key, ...subpaths]
        const { stdout, stderr } = await run(realNode(version), args, { cwd: project, env: {}, timeout: 60_000 })
        assert.match(stdout, new RegExp(`^(?:required|imported) by v${version}\n$`))
        assert.equal(stderr, '')
      })

  for (const [compiler, module, moduleResolution, file] of [
    ['newest', 'nodenext', 'nodenext', 'consume-types.mts'],
    ['newest', 'nodenext', 'nodenext', 'consume-types.cts'],
    ['newest', 'preserve', 'bundler', 'consume-types.mts'],
    ['oldest', 'nodenext', 'nodenext', 'consume-types.mts'],
    ['oldest', 'commonjs', 'node10', 'consume-types.cts'],
  ] as const)
    test(`has types for ${file} with moduleResolution ${moduleResolution} of the ${compiler} compiler, libraries checked`, async () => {
      const tsc = { newest: repositoryFile('node_modules/.bin/tsc'), oldest: join(project, 'node_modules/.bin/tsc') }
      const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes']
      const target = [
        '--target',
        'es2022',
        '--types',
        'node',
        '--module',
        module,
        '--moduleResolution',
        moduleResolution,
      ]
      await run(tsc[compiler], [...options, ...target, file], { cwd: project })
    })
})
