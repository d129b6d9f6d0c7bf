import type { Approval, ApprovalApi } from './approval-api.ts'
import { busy, element, notice } from './element.ts'

/** One question to a supervisor, with everything that the answer is about. */
export const approvalCard = (approval: Approval, api: ApprovalApi, onDone: (text: string) => void): HTMLElement => {
  const { id, user, action, expiresAt, parametersHash } = approval
  const { to = '', amount = '', text = '' } = action.parameters ?? {}
  const number = digits(`number-${id}`, 2)
  const code = digits(`code-${id}`, 6)
  const said = notice()
  const group = element('fieldset')
  const say = (words: string): void => {
    said.value = words
    said.classList.toggle('bad', words !== '')
  }
  const deny = element('button', { type: 'button' }, 'Refuse')
  deny.addEventListener('click', () => {
    void busy(group, say, async () => {
      await api.deny(id, 'refused by the supervisor')
      onDone(`Refused: ${amount} € for ${to}.`)
    })
  })
  group.append(
    element('label', { for: number.id }, `The number that ${user} sees`),
    number,
    element('label', { for: code.id }, 'Your code'),
    code,
    said,
    element('div', { class: 'answers' }, element('button', { class: 'primary' }, 'Approve'), deny),
  )
  const row = (name: string, value: string): readonly HTMLElement[] =>
    value === '' ? [] : [element('dt', {}, name), element('dd', {}, value)]
  return element(
    'li',
    { class: 'approval', 'data-approval': id },
    element('h3', {}, `${user} wants to transfer ${amount} €`),
    element(
      'dl',
      {},
      ...row('To', to),
      ...row('Text', text),
      ...row('Until', new Date(expiresAt).toLocaleTimeString('en-GB')),
      ...row('Hash', parametersHash.slice(0, 12)),
    ),
    element(
      'form',
      {
        onsubmit: (event) => {
          event.preventDefault()
          void busy(group, say, async () => {
            await api.approve(id, { number: number.value, code: code.value })
            onDone(`Approved: ${amount} € for ${to}.`)
          })
        },
      },
      group,
    ),
  )
}

const digits = (id: string, length: number): HTMLInputElement =>
  element('input', {
    id,
    inputmode: 'numeric',
    autocomplete: length === 6 ? 'one-time-code' : 'off',
    pattern: `[0-9]{${length}}`,
    maxlength: String(length),
    required: true,
    placeholder: '0'.repeat(length),
  })
