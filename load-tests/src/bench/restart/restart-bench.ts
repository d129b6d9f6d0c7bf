import { freePort } from '@watchword/service-kit'
import { closeSync, openSync, readSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { launchPlatform } from '../../platform-process.ts'
import type { Bench } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { loginsEach } from '../drive/folded-profile.ts'
import { knownUsers, usersKnown } from './known-users.ts'

type Started = Readonly<{ upSeconds: number; readySeconds: number; rssBytes: number }>

export const restartBench: Bench = {
  name: 'restart',
  question:
    'start after SIGKILL with a million users in the state, until ready, against a plain read of the state file',
  async run() {
    const { data, profileState, stateBytes, rowBytes } = await knownUsers()
    const rounds = await interleave(
      () => startAndKill(data),
      async () => readSeconds(profileState),
    )
    const unit = 's'
    return {
      comparisons: [
        {
          name: 'process start to /readyz 200',
          product: { label: 'watchword up', unit, values: rounds.product.map(({ readySeconds }) => readySeconds) },
          baseline: { label: 'sequential read of state/profile.db', unit, values: rounds.baseline },
          aims: [{ of: 'product', atMost: 3 }],
        },
      ],
      information: [
        { label: "process start to 'watchword is up'", unit, values: rounds.product.map(({ upSeconds }) => upSeconds) },
        {
          label: 'resident memory when ready',
          unit: 'MiB',
          values: rounds.product.map(({ rssBytes }) => rssBytes / 2 ** 20),
        },
      ],
      setting: [
        `${usersKnown} users in state/profile.db (${Math.round(stateBytes / 2 ** 20)} MiB, ${rowBytes} bytes a user): ${loginsEach} verified logins each from two devices, fingerprints and addresses`,
        'how it was made: 2 400 logins over HTTP through the whole platform; the rows of all others folded by the same stage from those activities under other names and saved through its state store at the positions the scorer had saved. The log, the entity view and the audit hold the 2 400 only',
        'the whole platform with the embedded ClickHouse; killed with SIGKILL as soon as it is ready; files in the page cache',
      ],
    }
  },
}

async function startAndKill(data: string): Promise<Started> {
  const began = performance.now()
  const { ready, kill } = launchPlatform({ data, port: await freePort() })
  try {
    const platform = await ready
    while ((await fetch(`${platform.url}/readyz`)).status !== 200) await delay(20)
    const readySeconds = (performance.now() - began) / 1000
    return { upSeconds: platform.readyAfterMs / 1000, readySeconds, rssBytes: platform.rssBytes() }
  } finally {
    await kill()
  }
}

function readSeconds(file: string): number {
  const began = performance.now()
  const handle = openSync(file, 'r')
  const buffer = Buffer.alloc(1 << 20)
  while (readSync(handle, buffer) > 0);
  closeSync(handle)
  return (performance.now() - began) / 1000
}
