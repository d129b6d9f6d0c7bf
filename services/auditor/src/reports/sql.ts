declare const fromCode: unique symbol

/** SQL text that stands in the code. */
export type Sql = string & { readonly [fromCode]: true }

/** Text of the code as SQL. It takes no values: whatever comes from outside can enter a query as a `{name:Type}` place only. */
export function sql(text: TemplateStringsArray): Sql {
  return text.join('') as Sql
}
