/** How a prompt ended: passed here or in another tab, put aside by the person, or not to be passed here. */
export type PromptEnding =
  | { readonly status: 'passed' }
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly code: string }
