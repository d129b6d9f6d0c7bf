/** Stable codes of what can go wrong with the schemas of the log. */
export type SchemaRegistryErrorCode =
  | 'schema-registry-unavailable'
  | 'schema-registry-refused'
  | 'schema-incompatible'
  | 'schema-unreadable'

/** A fault of the schema registry or of what stands in it; `retryable` says whether the same call may succeed later. */
export class SchemaRegistryError extends Error {
  override readonly name = 'SchemaRegistryError'
  readonly code: SchemaRegistryErrorCode
  readonly retryable: boolean

  constructor(code: SchemaRegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.retryable = code === 'schema-registry-unavailable'
  }
}
