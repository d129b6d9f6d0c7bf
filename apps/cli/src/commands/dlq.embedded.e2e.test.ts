import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { topicOf } from '@watchword/contracts'
import { openEmbeddedEngine, version } from '@watchword/service-host'
import { createLifecycle, createLogger } from '@watchword/service-kit'
import { openDataFolder } from '../platform/data-folder.ts'
import { startUp } from '../testing/start-up.ts'

type Letter = Readonly<{ id: string; user: string; error: { class: string } }>

const logger = createLogger({ service: 'test', version, level: 'silent' })

test('a record that nobody can read is listed, shown and put back once by the command line, on a platform that runs', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'watchword-dlq-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const lifecycle = createLifecycle({}, { logger })
  const { log } = await openEmbeddedEngine(openDataFolder(data), { logger, lifecycle, onFatal: assert.fail })
  await log.append([{ topic: topicOf('activity'), key: 'demo:alice', value: Buffer.from('no Avro at all') }])
  await lifecycle.stop()

  const platform = await startUp({ data, keep: true })
  t.after(() => platform.stop())
  const listed = async (): Promise<readonly Letter[]> => {
    const { code, out, err } = await platform.run(['dlq', 'list', '--json'])
    assert.equal(code, 0, err.join('\n'))
    return out.map((line) => JSON.parse(line) as Letter)
  }
  while ((await listed()).length === 0);
  const [letter] = await listed()
  const { id = '' } = letter ?? {}
  assert.partialDeepStrictEqual(letter, { user: 'alice', error: { class: 'UndecodableError' } })
  assert.match(
    (await platform.run(['dlq', 'list'])).out[0] ?? '',
    /alice {2}watchword\.profile {2}14 bytes {2}decode threw/,
  )
  const shown = await platform.run(['dlq', 'show', id])
  assert.deepEqual(
    [shown.code, shown.out.at(-1)?.split('\n').at(-1)],
    [0, Buffer.from('no Avro at all').toString('base64')],
  )
  const replays = [await platform.run(['dlq', 'replay', id, '--json']), await platform.run(['dlq', 'replay', id])]
  assert.deepEqual(
    replays.map(({ code, out }) => [code, out]),
    [
      [0, [JSON.stringify({ id, replayed: true })]],
      [0, [`${id}  was replayed before`]],
    ],
  )
  while ((await listed()).length < 2);
  assert.equal((await platform.run(['dlq', 'show', 'activity-0-99'])).code, 1)
  assert.equal((await platform.run(['dlq', 'replay'])).code, 2)
})
