import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { repositoryFile, repositoryText } from './repository.ts'

/** The end-to-end tests that are about `watchword up` alone, and why; all others run on Kafka as well. */
const embeddedAlone: Readonly<Record<string, string>> = {
  'apps/cli/src/commands/audit.embedded.e2e.test.ts': 'changes what the ClickHouse of a data folder holds',
  'apps/cli/src/commands/dlq.embedded.e2e.test.ts': 'writes what nobody can read into the log of a folder',
  'apps/cli/src/commands/doctor.embedded.e2e.test.ts': 'about the data folder, its permissions and what is in it',
  'apps/cli/src/commands/malicious-lockout.embedded.e2e.test.ts': 'reads the counts and the alert of one process',
  'apps/cli/src/commands/notify.embedded.e2e.test.ts': 'kills `watchword up`',
  'apps/cli/src/commands/reports.embedded.e2e.test.ts': 'takes the mail that `watchword up` sends',
  'apps/cli/src/platform/garbage.embedded.e2e.test.ts':
    'writes into the log of a folder whose platform does not run yet',
  'apps/cli/src/platform/silent-collector.embedded.e2e.test.ts': 'times the stop of `watchword up`',
  'apps/cli/src/story/fresh-story.embedded.e2e.test.ts': 'about the platform that `watchword demo` brings up itself',
  'tools/src/back-up.embedded.e2e.test.ts': 'copies the data folder of `watchword up`',
  'tools/src/document-starts.embedded.e2e.test.ts': 'runs the commands of pages that start `watchword up`',
  'tools/src/five-minutes.embedded.e2e.test.ts': 'about a page that begins with `watchword up`',
  'tools/src/genauth.embedded.e2e.test.ts': 'about a page that says what happens with `watchword up`',
}

const { scripts } = JSON.parse(repositoryText('package.json')) as { scripts: Readonly<Record<string, string>> }

/** The files that a script gives to the test runner. */
function filesOf(script: string): readonly string[] {
  const patterns = [...(scripts[script] ?? '').matchAll(/"([^"]*\.test\.ts)"/g)].map(([, pattern = '']) => pattern)
  const cwd = repositoryFile('.')
  return patterns.flatMap((pattern) => globSync(pattern, { cwd, exclude: ['**/node_modules/**'] })).toSorted()
}

test('every end-to-end test runs on both engines, but those that are about the embedded one', () => {
  const onKafka = new Set(filesOf('test:e2e:kafka'))
  assert.ok(onKafka.size > 0)
  assert.deepEqual(
    filesOf('test:e2e').filter((file) => !onKafka.has(file)),
    Object.keys(embeddedAlone),
  )
})

test('every test file is run by one script, and no other one', () => {
  const all = globSync('**/*.test.ts', { cwd: repositoryFile('.'), exclude: ['**/node_modules/**', '.cache/**'] })
  const run = [
    'test:unit',
    'test:e2e',
    'test:data',
    'test:kafka',
    'test:packages',
    'test:docs',
    'test:proxy',
    'test:grafana',
    'test:helm',
    'test:image',
    'test:siem',
  ].flatMap(filesOf)
  assert.deepEqual(run.toSorted(), all.toSorted())
})

test('the hooks of a unit test stand in a suite, since many files share a process', () => {
  const withLooseHooks = filesOf('test:unit').filter((file) =>
    /^(?:before|after)(?:Each)?\(/m.test(repositoryText(file)),
  )
  assert.deepEqual(withLooseHooks, [])
})
