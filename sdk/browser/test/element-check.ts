import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import { button, checkedBrowser, dialog, input, load, look, reload, results, until } from './checked-browser.ts'

const inBrowser = checkedBrowser()

const focused = (page: Page): Promise<string> =>
  page.evaluate('(document.activeElement?.shadowRoot ?? document).activeElement?.textContent ?? ""')

/** An authenticator of the browser's own, with the person's passkey in it. */
const authenticator = async (page: Page) => {
  const session: CDPSession = await inBrowser.context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await session.send('WebAuthn.addCredential', { authenticatorId, credential: inBrowser.server.passkey.credential })
  return {
    present: (enabled: boolean) =>
      session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    verify: (isUserVerified: boolean) => session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  }
}

test('a lock that is gone by now is not asked about', async () => {
  inBrowser.server.lock()
  const page = await inBrowser.open()
  await page.route('**/ticket', async (route) => {
    inBrowser.server.alice.locked = false
    await route.continue()
  })
  await load(page)
  assert.deepEqual(await results(page, 1), ['200'])
  assert.equal(await page.evaluate('events.join()'), 'verified-elsewhere')
})

test('requests wait on when the lock gets another version meanwhile, and go on when it is withdrawn', async () => {
  inBrowser.server.lock({ allowed: ['totp'] })
  const page = await inBrowser.open()
  await load(page)
  await input(page).waitFor()
  inBrowser.server.alice.version = 2
  await page.evaluate(
    `document.querySelector('watchword-challenge').lock = ${JSON.stringify(inBrowser.server.lockJson())}`,
  )
  await load(page)
  await input(page).waitFor()
  assert.equal(await page.evaluate('results.length'), 0)
  await input(page).fill('123456')
  assert.deepEqual(await results(page, 2), ['200', '200'])
  inBrowser.server.lock({ allowed: ['totp'] })
  await load(page)
  await input(page).waitFor()
  inBrowser.server.alice.locked = false
  await page.evaluate(`document.querySelector('watchword-challenge').lock = null`)
  assert.deepEqual(await results(page, 3), ['200', '200', '200'])
  await dialog(page).waitFor({ state: 'detached' })
})

test('a passkey is offered first, and opens the lock', async () => {
  inBrowser.server.lock()
  const page = await inBrowser.open()
  const device = await authenticator(page)
  await load(page)
  await button(page, 'Continue with a passkey').waitFor()
  await look(page, 'prompt')
  await device.verify(false)
  await button(page, 'Continue with a passkey').click()
  await dialog(page).getByText('Nothing was confirmed').waitFor()
  await look(page, 'passkey-dismissed')
  await device.verify(true)
  await device.present(false)
  await button(page, 'Continue with a passkey').click()
  await dialog(page).getByText('Follow the steps').waitFor()
  await look(page, 'passkey-waiting')
  let go = (): void => undefined
  inBrowser.server.alice.holdRenewal = new Promise((resolve) => (go = resolve))
  await device.present(true)
  await button(page, 'Use your authenticator app').click()
  await button(page, 'Use a passkey').click()
  await button(page, 'Continue with a passkey').click()
  await dialog(page).getByText('It is you. One moment…').waitFor()
  await look(page, 'passed')
  go()
  assert.deepEqual(await results(page, 1), ['200'])
})

test('a browser without the JSON methods of WebAuthn answers too', async () => {
  inBrowser.server.lock({ allowed: ['webauthn'] })
  const page = await inBrowser.open()
  await authenticator(page)
  await page.evaluate(
    'delete PublicKeyCredential.parseRequestOptionsFromJSON; delete PublicKeyCredential.prototype.toJSON',
  )
  await load(page)
  await button(page, 'Continue with a passkey').click()
  assert.deepEqual(await results(page, 1), ['200'])
})

test('what the person does not have is not offered; a recovery code is, by choice', async () => {
  inBrowser.server.lock({ has: ['totp', 'recovery-code'] })
  const page = await inBrowser.open()
  await load(page)
  await input(page).waitFor()
  assert.equal(await button(page, 'Use a passkey').count(), 0)
  await button(page, 'Use a recovery code').click()
  await look(page, 'recovery-code')
  await page.keyboard.type('wrong')
  await page.keyboard.press('Enter')
  await dialog(page).getByText('4 attempts left').waitFor()
  await page.keyboard.type('ABCD-EFGH')
  await page.keyboard.press('Enter')
  assert.deepEqual(await results(page, 1), ['200'])
})

test('says what was wrong and how often one may try, and how long one has to wait', async () => {
  inBrowser.server.lock({ has: ['totp'], attemptsLeft: 2 })
  const page = await inBrowser.open()
  await load(page)
  await input(page).fill('000000')
  await dialog(page).getByText('That code is not right. One attempt left.').waitFor()
  assert.equal(await input(page).getAttribute('aria-invalid'), 'true')
  await look(page, 'totp-wrong')
  inBrowser.server.lock({ blockedSeconds: 125 })
  await reload(page)
  await load(page)
  await dialog(page).getByText('You can try again in 2 min').waitFor()
  await look(page, 'blocked')
  inBrowser.server.lock({ blockedSeconds: 1, allowed: ['totp'] })
  await reload(page)
  await load(page)
  await dialog(page).getByText('You can try again').waitFor()
  inBrowser.server.alice.blockedSeconds = 0
  await input(page).fill('123456')
  assert.deepEqual(await results(page, 1), ['200'])
})

test('has a way out where nothing is set up', async () => {
  inBrowser.server.lock({ has: [] })
  const page = await inBrowser.open()
  await load(page)
  await dialog(page).getByText('You have nothing set up here').waitFor()
  await look(page, 'unavailable')
})

test('shows that it is at work, moves little for whoever wants that, and says when there is no new session', async () => {
  inBrowser.server.lock({ allowed: ['totp'] })
  const page = await inBrowser.open()
  const held = async (path: string): Promise<() => void> => {
    let go = (): void => undefined
    const released = new Promise<void>((resolve) => (go = resolve))
    await page.route(path, async (route) => {
      await released
      await route.continue()
    })
    return go
  }
  const giveTicket = await held('**/ticket')
  await load(page)
  await dialog(page).getByText('One moment…').waitFor()
  await look(page, 'preparing')
  const motion = `getComputedStyle(document.querySelector('watchword-challenge').shadowRoot.querySelector('dialog')).animationName`
  assert.equal(await page.evaluate(motion), 'none')
  giveTicket()
  const answer = await held('**/responses')
  await input(page).fill('123456')
  await dialog(page).getByText('Checking…').waitFor()
  await look(page, 'checking')
  await page.route('**/renew', (route) => route.fulfill({ status: 500, body: 'the backend is away' }))
  answer()
  assert.deepEqual(await results(page, 1), ['not-renewed'])
  await dialog(page).getByText('Please sign in again').waitFor()
  await look(page, 'not-renewed')
  await button(page, 'Close').click()
  await dialog(page).waitFor({ state: 'detached' })
})

test('works with the keyboard alone: the focus stays in the dialog and comes back', async () => {
  inBrowser.server.lock({ has: ['totp', 'recovery-code'] })
  const page = await inBrowser.open()
  await page.getByRole('button', { name: 'Load' }).focus()
  await page.keyboard.press('Enter')
  await input(page).waitFor()
  assert.equal(await dialog(page).getAttribute('aria-labelledby'), 'title')
  const stations = new Set<string>()
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press('Tab')
    stations.add((await focused(page)).trim())
  }
  assert.ok(!stations.has('Load'), 'the page behind cannot be reached')
  for (const name of ['Not now', 'Confirm', 'Use a recovery code']) assert.ok(stations.has(name), name)
  await page.keyboard.press('Escape')
  await until(page, 'document.activeElement.textContent === "Load"')
})

test('takes a code by paste and by autofill', async () => {
  inBrowser.server.lock({ allowed: ['totp'] })
  const page = await inBrowser.open()
  await load(page)
  await input(page).waitFor()
  assert.equal(await input(page).getAttribute('autocomplete'), 'one-time-code')
  assert.equal(await input(page).getAttribute('inputmode'), 'numeric')
  await inBrowser.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate('navigator.clipboard.writeText(" 123 456\\n")')
  await page.keyboard.press('Control+V')
  assert.deepEqual(await results(page, 1), ['200'])
})

test('speaks the language of the page, and the words and looks that an app gives it', async () => {
  inBrowser.server.lock()
  const page = await inBrowser.open('/?lang=de')
  await page.evaluate(`document.querySelector('watchword-challenge').setAttribute('texts', '{"later":"Später"}')`)
  await page.evaluate(`document.querySelector('watchword-challenge').style.setProperty('--watchword-radius', '4px')`)
  await load(page)
  await dialog(page).getByText('Bestätigen Sie, dass Sie es sind').waitFor()
  await dialog(page).getByText('in einem anderen Browser bemerkt').waitFor()
  await button(page, 'Später').waitFor()
  const radius = `getComputedStyle(document.querySelector('watchword-challenge').shadowRoot.querySelector('dialog')).borderRadius`
  assert.equal(await page.evaluate(radius), '4px')
  await look(page, 'german')
})

test('meets no script error and no breach of the policy of the page on the way', () => {
  assert.deepEqual(inBrowser.faults, [])
})
