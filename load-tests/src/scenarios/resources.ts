import { readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** What the platform holds, all its processes together. */
export type Resources = Readonly<{
  /** Since the load began. */
  second: number
  rssBytes: number
  heapBytes: number
  descriptors: number
  /** Timers, sockets and whatever else keeps the event loop going, as `process.getActiveResourcesInfo` names them. */
  resources: number
  /** Sockets of the load: each is a descriptor and a resource of the platform, too. */
  loadSockets: number
  /** Records that a stage has not read. */
  lagRecords: number
}>

export interface ResourceWatch {
  readonly seen: readonly Resources[]
  stop(): Promise<void>
}

const names = {
  rssBytes: 'process_resident_memory_bytes',
  heapBytes: 'nodejs_heap_size_used_bytes',
  descriptors: 'process_open_fds',
  resources: 'nodejs_active_resources_total',
  lagRecords: 'watchword_stage_lag_records',
} as const

const sampleEveryMs = 1_000

/** Asks for the metrics of every process again and again; a question that has no answer is asked again. */
export function watchResources(urls: readonly string[]): ResourceWatch {
  const seen: Resources[] = []
  const began = performance.now()
  const stopping = new AbortController()

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      const second = (performance.now() - began) / 1_000
      const texts = await Promise.all(urls.map(textAt))
      if (texts.every((text) => text !== undefined)) seen.push({ second, loadSockets: openSockets(), ...sumsOf(texts) })
      await delay(sampleEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const watching = watch()
  return {
    seen,
    async stop() {
      stopping.abort()
      await watching
    },
  }
}

async function textAt(url: string): Promise<string | undefined> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text()
  } catch {
    // It is too busy or gone: the samples have a gap, which a check counts.
    return undefined
  }
}

function openSockets(): number {
  return readdirSync('/proc/self/fd').filter(isSocket).length
}

function isSocket(descriptor: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:')
  } catch {
    // The one by which the folder was read is closed by now.
    return false
  }
}

/** The sum over all processes and labels of each metric. */
export function sumsOf(expositions: readonly string[]): Readonly<Record<keyof typeof names, number>> {
  const sum = (name: string): number =>
    expositions
      .flatMap((text) => [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))])
      .reduce((total, [, value]) => total + Number(value), 0)
  return {
    rssBytes: sum(names.rssBytes),
    heapBytes: sum(names.heapBytes),
    descriptors: sum(names.descriptors),
    resources: sum(names.resources),
    lagRecords: sum(names.lagRecords),
  }
}
