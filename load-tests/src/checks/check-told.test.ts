import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVerdicts } from '../campaign/verdicts.ts'
import { checkTold, type Told } from './check-told.ts'

const told = (id: string, content = id): Told => ({ id, content })

async function faultsOf(raised: readonly string[], received: readonly Told[]): Promise<number> {
  const verdicts = createVerdicts(() => undefined)
  await checkTold({ by: 'webhook', withinMs: 0 }, new Set(raised), () => received, verdicts)
  return verdicts.failed()
}

test('finds a notification that nobody was told of, one that was told in two ways, and one that there never was', async () => {
  assert.equal(await faultsOf(['n-1', 'n-2'], [told('n-1'), told('n-2'), told('n-2')]), 0)
  assert.notEqual(await faultsOf(['n-1', 'n-2'], [told('n-1')]), 0)
  assert.notEqual(await faultsOf(['n-1'], [told('n-1'), told('n-1', 'otherwise')]), 0)
  assert.notEqual(await faultsOf(['n-1'], [told('n-1'), told('n-2')]), 0)
})
