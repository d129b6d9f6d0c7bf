import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bar, button, checkedBrowser, dialog, input, load, look, reload, results } from './checked-browser.ts'

const inBrowser = checkedBrowser()

test('three tabs and twenty refusals at once are one prompt, and all go on when it is passed', async () => {
  inBrowser.server.lock()
  const tabs = [await inBrowser.open(), await inBrowser.open(), await inBrowser.open()]
  await Promise.all(tabs.map((tab, index) => load(tab, index === 0 ? 8 : 6)))
  await Promise.all(tabs.map((tab) => dialog(tab).or(bar(tab)).waitFor()))
  const isOpen = await Promise.all(tabs.map((tab) => dialog(tab).isVisible()))
  const [first, ...more] = tabs.filter((_, index) => isOpen[index])
  assert.ok(first !== undefined)
  assert.equal(more.length, 0)
  const elsewhere = tabs.find((tab) => tab !== first)
  assert.ok(elsewhere !== undefined)
  await look(elsewhere, 'elsewhere')
  await button(first, 'Use your authenticator app').click()
  await input(first).fill('123456')
  for (const [index, tab] of tabs.entries()) {
    const count = index === 0 ? 8 : 6
    assert.deepEqual(
      await results(tab, count),
      Array.from({ length: count }, () => '200'),
    )
    await dialog(tab).or(bar(tab)).waitFor({ state: 'detached' })
  }
  assert.deepEqual([inBrowser.server.alice.tickets, inBrowser.server.alice.passes], [1, 1])
  assert.equal(await first.evaluate('events.join()'), 'verified')
  assert.equal(await elsewhere.evaluate('events.join()'), 'verified-elsewhere')
})

test('a tab that closes hands the prompt on', async () => {
  inBrowser.server.lock({ allowed: ['totp'] })
  const first = await inBrowser.open()
  await load(first)
  await dialog(first).waitFor()
  const second = await inBrowser.open()
  await load(second)
  await bar(second).waitFor()
  await first.close()
  await dialog(second).waitFor()
  await input(second).fill('123456')
  assert.deepEqual(await results(second, 1), ['200'])
})

test('the prompt moves to the tab that the person wants to answer in', async () => {
  inBrowser.server.lock({ allowed: ['totp'] })
  const first = await inBrowser.open()
  await load(first)
  await dialog(first).waitFor()
  const second = await inBrowser.open()
  await load(second)
  await bar(second).getByRole('button', { name: 'Answer here instead' }).click()
  await dialog(second).waitFor()
  await bar(first).waitFor()
})

test('"not now" is a state and no loop: nothing asks again until the person does, or the lock has changed', async () => {
  inBrowser.server.lock({ allowed: ['totp'] })
  const page = await inBrowser.open()
  const other = await inBrowser.open()
  await load(page, 3)
  await dialog(page).waitFor()
  await load(other)
  await bar(other).waitFor()
  await page.keyboard.press('Escape')
  assert.deepEqual(await results(page, 3), ['cancelled', 'cancelled', 'cancelled'])
  assert.deepEqual(await results(other, 1), ['cancelled'])
  await look(page, 'cancelled')
  await load(page, 5)
  assert.equal((await results(page, 8)).filter((result) => result === 'cancelled').length, 8)
  await reload(page)
  await load(page)
  assert.deepEqual(await results(page, 1), ['cancelled'])
  assert.equal(await dialog(page).count(), 0)
  assert.equal(inBrowser.server.alice.tickets, 1)
  inBrowser.server.alice.version = 2
  await load(page)
  await dialog(page).waitFor()
  await button(page, 'Not now').click()
  await bar(page).getByRole('button', { name: 'Confirm now' }).click()
  await dialog(page).waitFor()
  await input(page).fill('123456')
  await bar(page).or(dialog(page)).waitFor({ state: 'detached' })
  await load(page)
  assert.equal((await results(page, 3)).at(-1), '200')
})
