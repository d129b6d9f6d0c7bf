type Attributes = Readonly<Record<string, string | boolean | undefined | ((event: Event) => void)>>

/** Makes an element: text stays text, an `on…` function listens, true and false set or leave an attribute. */
export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.replace(/^on/, ''), value)
    else if (value === true) made.setAttribute(name, '')
    else if (typeof value === 'string') made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}

/** Runs a form's or button's work with it disabled meanwhile; `say` hears what went wrong. */
export const busy = async (
  control: { disabled: boolean },
  say: (text: string) => void,
  work: () => Promise<void>,
): Promise<void> => {
  control.disabled = true
  say('')
  try {
    await work()
  } catch (error) {
    say(error instanceof Error ? error.message : 'That did not work.')
  } finally {
    control.disabled = false
  }
}

/** A line that says what happened, also to a screen reader. */
export const notice = (): HTMLOutputElement =>
  element('output', { class: 'notice', role: 'status', 'aria-live': 'polite' })
