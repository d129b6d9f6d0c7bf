import type { BankApi, SignedIn } from './bank-api.ts'
import { busy, element, notice } from './element.ts'

/** The sign-in page, with the demo's passwords on it. */
export const signInView = (api: BankApi, onSignedIn: (who: SignedIn) => void, message = ''): HTMLElement => {
  const user = element('input', { id: 'user', name: 'user', autocomplete: 'username', required: true })
  const password = element('input', {
    id: 'password',
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  })
  const button = element('button', { class: 'primary' }, 'Sign in')
  const said = notice()
  said.value = message
  const say = (text: string): void => {
    said.value = text
    said.classList.toggle('bad', text !== '')
  }
  const form = element(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault()
        void busy(button, say, async () => {
          const answer = await api.post<{ signedIn: SignedIn }>('login', { user: user.value, password: password.value })
          onSignedIn(answer.signedIn)
        })
      },
    },
    element('h1', {}, 'Sign in'),
    element('label', { for: 'user' }, 'User name'),
    user,
    element('label', { for: 'password' }, 'Password'),
    password,
    said,
    button,
  )
  const fill = (name: string, secret: string): HTMLElement =>
    element(
      'button',
      {
        type: 'button',
        class: 'person',
        onclick: () => {
          user.value = name
          password.value = secret
          button.focus()
        },
      },
      element('strong', {}, name),
      element('code', {}, secret),
    )
  return element(
    'main',
    { class: 'sign-in' },
    element('section', { class: 'card' }, form),
    element(
      'aside',
      { class: 'card quiet', 'aria-label': 'Demo' },
      element('p', { class: 'tag' }, 'Demo'),
      element('h2', {}, 'Two customers and a supervisor'),
      element('p', {}, 'There is no money here, so the passwords are no secret:'),
      fill('alice', 'correct-horse'),
      fill('bob', 'battery-staple'),
      fill('grace', 'wise-old-owl'),
      element(
        'p',
        { class: 'fine' },
        'Your own machine has an address that tells no place. The bank therefore reports a fixed one for your browser: Berlin for Alice and Grace, Munich for Bob. Browser and device are your real ones.',
      ),
    ),
  )
}
