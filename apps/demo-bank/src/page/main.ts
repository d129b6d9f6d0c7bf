import {
  collectContext,
  createGuardedFetch,
  defineWatchwordChallenge,
  type WatchwordChallengeElement,
} from '@watchword/browser'
import { createBankApi, type SignedIn } from './bank-api.ts'
import { busy, element } from './element.ts'
import { type HomeView, homeView } from './home-view.ts'
import { startLiveSession } from './live-session.ts'
import { signInView } from './sign-in-view.ts'
import { supervisorView } from './supervisor-view.ts'

const app = document.querySelector('#app')
if (app === null) throw new TypeError('the page has no #app')
defineWatchwordChallenge()
const challenge = document.querySelector<WatchwordChallengeElement>('watchword-challenge')
if (challenge === null) throw new TypeError('the page has no <watchword-challenge>')
const { fingerprint } = await collectContext()
const api = createBankApi(fingerprint, createGuardedFetch({ challenge }))
const { publicUrl, signedIn } = await api.get<{ publicUrl: string; signedIn?: SignedIn }>('session')

let home: HomeView | undefined
let stopLive: (() => void) | undefined

const header = (who?: SignedIn): HTMLElement => {
  const signOut = element('button', { type: 'button' }, 'Sign out')
  signOut.addEventListener('click', () => {
    void busy(
      signOut,
      () => undefined,
      async () => {
        await api.post('logout', {})
        showSignIn('You are signed out.')
      },
    )
  })
  return element(
    'header',
    {},
    element('p', { class: 'brand' }, 'Kestrel Bank'),
    element('span', { class: 'tag' }, 'Demo, protected by Watchword'),
    ...(who === undefined ? [] : [element('span', { class: 'who' }, who.name), signOut]),
  )
}

const leave = (): void => {
  stopLive?.()
  home?.stop()
  stopLive = undefined
  home = undefined
}

const showSignIn = (message = ''): void => {
  leave()
  app.replaceChildren(header(), signInView(api, showHome, message))
}

const showHome = (who: SignedIn): void => {
  leave()
  const view =
    who.role === 'supervisor'
      ? supervisorView(api, who, publicUrl)
      : homeView(api, who, publicUrl, () => showSignIn('Please sign in.'))
  home = view
  app.replaceChildren(header(who), view.root)
  let fault = 'Your session has ended. Please sign in again.'
  stopLive = startLiveSession(who, publicUrl, api, challenge, {
    onChange: view.refresh,
    onRenewed: showHome,
    onFault: (text) => (fault = text),
    onEnded: () => showSignIn(fault),
  })
}

if (signedIn === undefined) showSignIn()
else showHome(signedIn)
