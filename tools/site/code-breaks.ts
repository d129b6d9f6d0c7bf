/** A markdown-it, as far as inline code is about. */
type Markdown = Readonly<{
  renderer: Readonly<{ rules: { code_inline?: ((...parts: never[]) => string) | undefined } }>
}>

/** Lets long names in code break after a dot, a comma, a slash, an underscore or before a capital: in narrow tables nowhere else. */
export function withCodeBreaks({ renderer: { rules } }: Markdown): void {
  const render = rules.code_inline
  if (render === undefined) throw new Error('there is no rule for inline code')
  rules.code_inline = (...parts) =>
    render(...parts).replaceAll(
      />([^<]{12,})</g,
      (_, text: string) => `>${text.replaceAll(/[._/,](?=[\w"])|[a-z](?=[A-Z])/g, '$&<wbr>')}<`,
    )
}
