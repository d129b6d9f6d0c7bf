/** The capability a ticket bought, and an idempotency key in place of the one made for this call. */
export type CallOptions = { readonly capability?: string; readonly idempotencyKey?: string }
