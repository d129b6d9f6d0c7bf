import type { BankApi, SignedIn } from './bank-api.ts'
import { busy, element, notice } from './element.ts'

type Enrolment = { readonly factor: string; readonly secret: string; readonly qr: string }
type Panel = { readonly root: HTMLElement; readonly refresh: () => Promise<void> }

/** Setting up a passkey or an authenticator app: the page speaks to Watchword itself, so the bank never sees the secret. */
export const enrolment = (
  api: BankApi,
  who: SignedIn,
  publicUrl: string,
  onState: (isActive: boolean) => void,
): Panel => {
  const content = element('div')
  const root = element('section', { class: 'card', id: 'security' }, element('h2', {}, 'Second factor'), content)
  const factors = `/v1/users/${encodeURIComponent(who.user)}/factors`
  const path = `${factors}/totp`

  const call = async (address: string, body: object, credential: Record<string, string>) => {
    const answer = await fetch(new URL(address, publicUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...credential },
      body: JSON.stringify(body),
    })
    const read = (await answer.json()) as { readonly code?: string }
    if (!answer.ok) throw new Error(refusals[read.code ?? ''] ?? 'That did not work. Please begin again.')
    return { read, capability: answer.headers.get('x-watchword-capability') ?? '' }
  }

  const begin = async (): Promise<void> => {
    const ticket = await api.ticket('enrol')
    const { read, capability } = await call(path, {}, { authorization: `Ticket ${ticket}` })
    showCode(read as Enrolment, capability)
  }

  const showCode = ({ factor, secret, qr }: Enrolment, capability: string): void => {
    const code = element('input', {
      id: 'enrol-code',
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      maxlength: '6',
      required: true,
      placeholder: '000000',
    })
    const button = element('button', { class: 'primary' }, 'Confirm')
    const said = notice()
    const confirm = (): void => {
      void busy(
        button,
        (words) => (said.value = words),
        async () => {
          const address = `${path}/${encodeURIComponent(factor)}/confirm`
          await call(address, { code: code.value }, { 'x-watchword-capability': capability })
          showActive()
        },
      )
    }
    content.replaceChildren(
      element(
        'div',
        { class: 'enrol' },
        element('img', { src: qr, alt: 'QR code for your authenticator app', width: '200', height: '200' }),
        element(
          'form',
          {
            onsubmit: (event) => {
              event.preventDefault()
              confirm()
            },
          },
          element('p', {}, 'Scan this with an authenticator app, or type the key:'),
          element('code', { class: 'secret' }, secret),
          element('label', { for: 'enrol-code' }, 'Then enter the six digits it shows'),
          code,
          said,
          button,
        ),
      ),
    )
    code.focus()
  }

  const addPasskey = async (): Promise<void> => {
    const ticket = await api.ticket('enrol')
    const { read, capability } = await call(`${factors}/webauthn/options`, {}, { authorization: `Ticket ${ticket}` })
    const { options } = read as { options: PublicKeyCredentialCreationOptionsJSON }
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
    const credential = await navigator.credentials.create({ publicKey })
    if (!(credential instanceof PublicKeyCredential)) throw new TypeError('No passkey was made.')
    const body = { credential: credential.toJSON() as object }
    await call(`${factors}/webauthn`, body, { 'x-watchword-capability': capability })
    showActive()
  }

  /** A passkey belongs to a name: a page of an address, or without TLS, has none. */
  const passkeyOffer = (): readonly HTMLElement[] => {
    if (!isSecureContext || /^[\d.]+$|^\[/.test(location.hostname)) return []
    const said = notice()
    const button = element('button', { type: 'button' }, 'Add a passkey')
    button.addEventListener('click', () => void busy(button, (words) => (said.value = words), addPasskey))
    return [button, said]
  }

  const showActive = (): void => {
    onState(true)
    const text = 'Your second factor is set up. We ask for it when something looks wrong.'
    content.replaceChildren(
      element('p', { class: 'good' }, text),
      element('div', { class: 'answers' }, ...passkeyOffer()),
    )
  }

  const showOffer = (): void => {
    onState(false)
    const said = notice()
    const button = element('button', { class: 'primary' }, 'Set up authenticator app')
    button.addEventListener('click', () => void busy(button, (words) => (said.value = words), begin))
    content.replaceChildren(
      element('p', {}, 'You have none yet. Without one, a locked session can only be opened by our staff.'),
      element('div', { class: 'answers' }, button, ...passkeyOffer()),
      said,
    )
  }

  return {
    root,
    refresh: async () => {
      try {
        const { active } = await api.get<{ active: boolean }>('factors')
        if (active) showActive()
        // A set-up under way stays on the page.
        else if (content.querySelector('img') === null) showOffer()
      } catch {
        content.replaceChildren(element('p', { class: 'empty' }, 'This cannot be shown at the moment.'))
      }
    },
  }
}

const refusals: Readonly<Record<string, string>> = {
  'verification-failed': 'That code is not right. Wait for the next one and try again.',
  locked: 'A factor cannot be set up while the session is locked.',
}
