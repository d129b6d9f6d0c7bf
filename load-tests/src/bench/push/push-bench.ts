import { freePort } from '@watchword/service-kit'
import { startPlatformProcess } from '../../platform-process.ts'
import { startChild } from '../drive/child.ts'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import type { Bench } from '../measure/bench.ts'
import { comparePushes, pushLoads, type Target } from './compare-pushes.ts'

export const pushBench: Bench = {
  name: 'push',
  question: 'from an activity to the push that locks its session, against a bare Fastify and ws echo of the same event',
  async run() {
    const folder = temporaryFolder()
    const platform = await startPlatformProcess({ data: folder.path, port: await freePort() })
    const echo = await startChild<Readonly<{ url: string }>>(new URL('./bare-echo-server.ts', import.meta.url))
    const product: Target = { label: 'watchword up', pids: [platform.pid], url: platform.url, key: platform.key }
    const bare: Target = { label: 'bare Fastify and ws', pids: [echo.pid], url: echo.ready.url }
    const aims = { p50: 5, p99: 50 }
    try {
      const sometimes = await comparePushes({ lockEvery: 10, product, bare, aims })
      const always = await comparePushes({ lockEvery: 1, product, bare, aims })
      return {
        comparisons: [...sometimes.comparisons, ...always.comparisons],
        information: [],
        setting: [
          ...pushLoads,
          'the whole platform: ingest, scorer and lock stage, which read ahead of the disk, and the commit to it before the push, with the auditor and its embedded ClickHouse at work; the echo keeps nothing',
        ],
      }
    } finally {
      await echo.stop()
      await platform.stop()
      folder.remove()
    }
  },
}
