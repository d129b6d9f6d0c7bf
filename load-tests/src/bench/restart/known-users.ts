import { freePort } from '@watchword/service-kit'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type ActivityRecord,
  type Codecs,
  createCodecs,
  createEmbeddedRegistry,
  logTopics,
  topicOf,
  userKey,
} from '@watchword/contracts'
import { partitionOf } from '@watchword/event-log'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import { builtInPolicy } from '@watchword/policy'
import { createProfileStage } from '@watchword/scorer'
import { type ChangedRow, openStateStore } from '@watchword/stream'
import { type PlatformProcess, startPlatformProcess } from '../../platform-process.ts'
import { closedLoop } from '../drive/closed-loop.ts'
import { requestBytes } from '../drive/http-connection.ts'
import { login } from '../drive/logins.ts'
import { foldedProfile } from '../drive/folded-profile.ts'

/** How many users the state holds. */
export const usersKnown = Number(process.env['WATCHWORD_BENCH_USERS'] ?? 1_000_000)

const usersSent = 2_400
const rowsAtOnce = 10_000

/** A data folder whose platform knows that many users. */
export type KnownUsers = Readonly<{ data: string; profileState: string; stateBytes: number; rowBytes: number }>

/**
 * Makes the folder once; later runs find it, unless the scorer keeps its rows in another way by then. Some users' logins go over HTTP through the
 * whole platform, which leaves a log, positions and everything else as it leaves them. The rows of all other users are folded by the scorer's own
 * stage from those same activities under other names, and saved through the stage's state store at the same positions.
 */
export async function knownUsers(): Promise<KnownUsers> {
  const data = process.env['WATCHWORD_BENCH_STATE'] ?? join(tmpdir(), `watchword-bench-${usersKnown}-users`)
  const profileState = join(data, 'state', 'profile.db')
  const marker = join(data, 'built.json')
  const codecs = await createCodecs(createEmbeddedRegistry())
  const policy = builtInPolicy()
  const stage = createProfileStage({ codecs, policyOf: () => policy })
  let built = readBuilt(marker)
  if (built?.stateVersion !== stage.stateVersion) {
    rmSync(data, { recursive: true, force: true })
    await playSome(data)
    built = { rowBytes: await addRows(data, profileState, { codecs, stage }), stateVersion: stage.stateVersion }
    writeFileSync(marker, JSON.stringify(built))
  }
  return { data, profileState, stateBytes: statSync(profileState).size, rowBytes: built.rowBytes }
}

type Built = Readonly<{ rowBytes: number; stateVersion: string }>

function readBuilt(marker: string): Built | undefined {
  return existsSync(marker) ? (JSON.parse(readFileSync(marker, 'utf8')) as Built) : undefined
}

async function playSome(data: string): Promise<void> {
  const platform = await startPlatformProcess({ data, port: await freePort() })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${platform.key}` }
  const requests = Array.from({ length: usersSent / 100 }, (_, request) => {
    const items = Array.from({ length: 100 }, (__, index) => login(request * 100 + index))
    return requestBytes('POST', '/v1/activities', headers, JSON.stringify(items))
  })
  await closedLoop(new URL(platform.url), requests, { connections: 1, expected: 202 })
  await untilFolded(platform)
  await platform.stop(120_000)
}

async function untilFolded({ url }: PlatformProcess): Promise<void> {
  const folded = /^watchword_stage_records_folded_total\{stage="profile"\} (\d+)/m
  for (;;) {
    const [, count = '0'] = folded.exec(await (await fetch(`${url}/metrics`)).text()) ?? []
    if (Number(count) >= usersSent) return
    await delay(250)
  }
}

type Fold = Readonly<{ codecs: Pick<Codecs, 'activity'>; stage: ReturnType<typeof createProfileStage> }>

/** Answers the mean size of a row. */
async function addRows(data: string, file: string, { codecs, stage }: Fold): Promise<number> {
  const template = await recordedLogin(join(data, 'log.db'), (bytes) => codecs.activity.decode(bytes))
  const { store, setAside } = await openStateStore({ file, stage: stage.name, stateVersion: stage.stateVersion })
  if (setAside) throw new RangeError(`the state was not trusted: ${setAside.reason}`)
  const partitions = logTopics.find(({ name }) => name === stage.input)?.partitions ?? 1
  const waiting = new Map<number, ChangedRow[]>()
  let bytes = 0

  const save = async (partition: number, rows: readonly ChangedRow[]): Promise<void> => {
    const position = store.position(partition)
    if (position === undefined) throw new RangeError(`partition ${partition} was never saved by the scorer`)
    await store.save({ partition, position, rows })
  }
  for (let number = usersSent; number < usersKnown; number += 1) {
    const user = `user-${number}`
    const key = userKey(template.tenant, user)
    const partition = partitionOf(key, partitions)
    const value = stage.encodeState(foldedProfile(stage, template, user, number))
    bytes += value.byteLength
    const rows = waiting.get(partition) ?? []
    waiting.set(partition, rows)
    if (rows.push([key, value]) < rowsAtOnce) continue
    waiting.delete(partition)
    await save(partition, rows)
  }
  for (const [partition, rows] of waiting) await save(partition, rows)
  await store.close()
  return Math.round(bytes / Math.max(1, usersKnown - usersSent))
}

async function recordedLogin(file: string, decode: (bytes: Uint8Array) => ActivityRecord): Promise<ActivityRecord> {
  const log = await openSqliteLog({ file, topics: logTopics }, { now: () => Date.now() })
  const [record] = await log.read(topicOf('activity'), 0, 0, 1)
  await log.close()
  if (record === undefined || record.value === null) throw new RangeError('the log has no activity')
  return decode(record.value)
}
