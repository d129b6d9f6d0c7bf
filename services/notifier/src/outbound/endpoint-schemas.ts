import { idPattern } from '@watchword/contracts'
import { Type } from 'typebox'

/** What the configurations of all endpoints begin with. */
export const namedSchemas = {
  id: Type.String({ pattern: idPattern.source, description: 'Names it in the log and in metrics' }),
  tenant: Type.String({ pattern: idPattern.source }),
}

/** Where signed requests go. */
export const urlSchema = Type.String({ maxLength: 2_000, pattern: '^https?://[^/?#@\\s\\\\]+(?:[/?#]\\S*)?$' })

/** Base64 of 24 to 64 bytes, as Standard Webhooks has it. */
export const secretsSchema = Type.Array(Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$' }), {
  minItems: 1,
  maxItems: 2,
  description: 'Sign every request; two while one replaces the other',
})
