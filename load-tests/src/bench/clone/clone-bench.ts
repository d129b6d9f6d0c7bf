import { join } from 'node:path'
import { freePort } from '@watchword/service-kit'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import type { Bench } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { cloneTo, install, startToPage } from './working-copy.ts'

type Steps = Readonly<{ clone: number; install: number; start: number }>

const rounds = 3

/** From `git clone` to a working page, as the README says to do it. */
export const cloneBench: Bench = {
  name: 'clone-to-page',
  question: 'git clone, npm ci and npm start until the page answers, against npm ci alone',
  async run() {
    const { product, baseline } = await interleave(cloneToPage, installAlone, rounds)
    const unit = 's'
    const step = (name: keyof Steps) => product.map((steps) => steps[name])
    return {
      comparisons: [
        {
          name: 'from nothing to the page at / (200)',
          product: { label: 'clone, install and start', unit, values: product.map(total) },
          baseline: { label: 'npm ci', unit, values: baseline },
          aims: [{ of: 'product', atMost: 120 }],
        },
      ],
      information: [
        { label: 'git clone', unit, values: step('clone') },
        { label: 'npm ci', unit, values: step('install') },
        { label: 'npm start until the page', unit, values: step('start') },
      ],
      setting: [
        'an empty folder and a fresh data folder each round; the clone is of this repository on the same disk',
        "npm's cache holds the packages after the unmeasured round (`--prefer-offline`): the download is not measured",
      ],
    }
  },
}

const total = ({ clone, install, start }: Steps): number => clone + install + start

async function cloneToPage(): Promise<Steps> {
  const { path, remove } = temporaryFolder()
  const folder = join(path, 'watchword')
  try {
    const clone = await seconds(() => cloneTo(folder))
    const installed = await seconds(() => install(folder))
    const port = await freePort()
    let stop = async (): Promise<void> => undefined
    const start = await seconds(async () => {
      stop = await startToPage(folder, port)
    })
    await stop()
    return { clone, install: installed, start }
  } finally {
    remove()
  }
}

async function installAlone(): Promise<number> {
  const { path, remove } = temporaryFolder()
  try {
    await cloneTo(path)
    return await seconds(() => install(path))
  } finally {
    remove()
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}
