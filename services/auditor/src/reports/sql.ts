declare const fromCode: unique symbol

/** SQL text that stands in the code. */
export type Sql = string & { readonly [fromCode]: true }

/** Text of the code as SQL, made of such text alone: whatever comes from outside can enter a query as a `{name:Type}` place only. */
export function sql(text: TemplateStringsArray, ...parts: readonly Sql[]): Sql {
  return String.raw({ raw: text }, ...parts) as Sql
}
