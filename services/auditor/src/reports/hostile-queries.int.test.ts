import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { anomalyViews } from '../anomalies/anomaly-views.ts'
import { openReportWorld } from '../testing/report-world.ts'

type World = Awaited<ReturnType<typeof openReportWorld>>

const canary = 'canary-of-the-rival'
const inputsMin = 10_000
const inFlight = 12
let world: World
let connections = 0
const listener = createServer((socket) => {
  connections += 1
  socket.destroy()
})

describe('hostile queries', () => {
  before(async () => {
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    world = await openReportWorld()
    await world.store([0, 1, 2])
    await world.store([3, 4, 5], { tenant: 'rival', user: canary })
  })
  after(async () => {
    listener.close()
    await world.close()
  })

  /** What has broken out of queries elsewhere, most of it made for this schema. */
  function attacks(): readonly string[] {
    const { port } = listener.address() as AddressInfo
    const address = `127.0.0.1:${port}`
    const escapes = [
      "'",
      '"',
      '`',
      "\\'",
      "''",
      "\\\\'",
      '\u2019',
      '\uff07',
      '%27',
      "')",
      "'))",
      '}',
      '*/',
      '\\',
      "\u0000'",
      "\n'",
      '$$',
      "'||'",
    ]
    const clauses = [
      `OR 1=1 --`,
      `OR tenant = 'rival' --`,
      `UNION ALL SELECT user, body FROM records --`,
      `; SELECT * FROM records`,
      `; DROP TABLE records --`,
      `; ALTER TABLE records DELETE WHERE 1`,
      `FORMAT JSON --`,
      `AND (SELECT 1 FROM url('http://${address}/', 'LineAsString')) --`,
      `AND (SELECT 1 FROM remote('${address}', 'system', 'one')) --`,
      `AND (SELECT 1 FROM file('/etc/passwd', 'LineAsString')) --`,
      `INTO OUTFILE '/tmp/x'`,
      `SETTINGS readonly = 0`,
      `{tenant:String}`,
      `{tenant:Identifier}`,
      `/* */ OR /* */ 'a'='a`,
      `AND sleep(3) --`,
      `\\x27 OR \\x31=\\x31`,
      `LIMIT 1000 WITH TIES`,
      `rival`,
      canary,
      `demo' OR user = '${canary}`,
      `]] OR [[`,
      `\tOR\t1`,
      `\u202e-- rival`,
    ]
    const frames = ['', 'alice', '%', '_', '\\N', 'NULL', '0', "unhex('27')", '[]', '{}', 'x'.repeat(90)]
    const fits = (text: string): boolean => Buffer.byteLength(text) <= 256
    const inners = ['', ' ', '\t', '/**/', ') ']
    return frames
      .flatMap((frame) =>
        escapes.flatMap((escape) =>
          inners.flatMap((inner) => clauses.map((clause) => `${frame}${escape}${inner}${clause}`)),
        ),
      )
      .filter(fits)
  }

  /** Requests of every kind that together bear all the inputs, with how many each has. */
  function* requests(inputs: readonly string[]): Generator<Readonly<{ path: string; inputs: number }>> {
    const rest = inputs.map(encodeURIComponent)
    const take = (): string => rest.pop() ?? ''
    for (let round = 0; rest.length > 0; round += 1) {
      const names = (): string => `user=${take()}&topic=${take().slice(0, 90)}&type=${take().slice(0, 90)}`
      for (let audit = 0; audit < 2; audit += 1)
        yield { path: `/v1/audit?limit=1&${names()}&cursor=${cursorOf(['1', take().slice(0, 90), 0, '0'])}`, inputs: 4 }
      const session = cursorOf(['1', take().slice(0, 60), take(), take()])
      yield { path: `/v1/sessions?limit=1&user=${take()}&app=${take().slice(0, 60)}&cursor=${session}`, inputs: 5 }
      for (let refused = 0; refused < 3; refused += 1)
        yield { path: `/v1/audit?from=${take()}&to=${take()}&cursor=${take()}&limit=${take()}`, inputs: 4 }
      // These have few places, and are asked less often.
      if (round % 4 > 0) continue
      yield { path: `/v1/locks?limit=1&user=${take()}&cursor=${cursorOf(['1', take().slice(0, 200)])}`, inputs: 2 }
      const name = cursorOf(['1', take().slice(0, 200)])
      yield { path: `/v1/stats/mfa?limit=1&app=${take().slice(0, 60)}&cursor=${name}`, inputs: 2 }
      const subject = cursorOf(['1', take().slice(0, 900)])
      yield { path: `/v1/stats/anomalies/${view(round)}?limit=1&cursor=${subject}`, inputs: 1 }
      if (round % 20 > 0) continue
      yield { path: `/v1/audit/proof?limit=1&cursor=${cursorOf([take().slice(0, 90), 0, '0'])}`, inputs: 1 }
      yield { path: `/v1/users/${take()}/profile`, inputs: 1 }
      yield { path: `/v1/users/${take()}/timeline`, inputs: 1 }
      yield { path: `/v1/assessments/${take()}`, inputs: 1 }
    }
  }

  function view(round: number): string {
    return anomalyViews[(round / 4) % anomalyViews.length]?.name.replaceAll('_', '-') ?? ''
  }

  /** A cursor as a list gives it, with places that it never had. */
  function cursorOf(place: readonly unknown[]): string {
    return Buffer.from(JSON.stringify(place.map((each) => (typeof each === 'string' ? decoded(each) : each)))).toString(
      'base64url',
    )
  }

  function decoded(text: string): string {
    try {
      return decodeURIComponent(text)
    } catch {
      // Cut within a character.
      return text
    }
  }

  // Half a minute on a machine of its own; it may be shared.
  test('ten thousand hostile inputs read nothing of another tenant, change nothing, and reach nobody', {
    timeout: 600_000,
  }, async () => {
    const before = await counts()
    const answers = new Map<number, number>()
    let sent = 0
    const queue = requests(attacks())
    async function work(): Promise<void> {
      for (const { path, inputs } of queue) {
        const { status, text } = await world.get(path)
        sent += inputs
        answers.set(status, (answers.get(status) ?? 0) + 1)
        assert.ok([200, 400, 404].includes(status), `${status} ${path} ${text}`)
        assert.ok(!isOfRival(text), path)
        if (sent >= inputsMin) return
      }
    }
    await Promise.all(Array.from({ length: inFlight }, work))
    assert.ok(sent >= inputsMin, `${sent} inputs`)
    assert.ok((answers.get(200) ?? 0) > 1_000, 'most of them are asked')
    assert.deepEqual(await counts(), before)
    assert.equal(connections, 0)
    assert.deepEqual(world.undocumented, [])
    // The canary is there to be found.
    assert.match((await world.get(`/v1/audit?user=${canary}`, { tenant: 'rival' })).text, /\bs-3\b/)
  })

  /** What only the rival's records say; what was asked for may be told back. */
  function isOfRival(text: string): boolean {
    return /\b(?:s|act|l)-[345]\b|\ba-0-[345]-0\b/.test(text)
  }

  /** Rows of every table once they are merged: sums by the hour become fewer of themselves. */
  async function counts(): Promise<readonly unknown[]> {
    const tables = `FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name`
    for (const { name } of await world.client.rows<{ name: string }>(`SELECT name ${tables}`))
      await world.client.command(`OPTIMIZE TABLE ${name} FINAL`)
    return world.client.rows(`SELECT name, total_rows AS rows ${tables}`)
  }

  test('a reader cannot be made to change or fetch anything, whoever forgets what', async () => {
    const reader = await world.reader()
    for (const statement of [
      'INSERT INTO activities (tenant) VALUES (1)',
      'TRUNCATE TABLE records',
      'CREATE TABLE x (i Int8) ENGINE = Memory',
      "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
      "SELECT * FROM file('/etc/hostname', 'LineAsString')",
      'SELECT * FROM system.users',
    ])
      await assert.rejects(reader.rows(statement), (error) =>
        /^clickhouse-(access|query)-refused$/.test((error as { code: string }).code),
      )
    await reader.close()
  })
})
