import { type JsonSchema, listOf } from './json-schema.ts'

/** The name of an object, or none. */
export const objectName: JsonSchema = { type: 'string', pattern: '^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?$' }

/** The key of a Secret or ConfigMap. */
export const dataKey: JsonSchema = { type: 'string', pattern: '^[A-Za-z0-9._-]{1,253}$' }

/** The same, or none. */
export const dataKeyOrNone: JsonSchema = { type: 'string', pattern: '^[A-Za-z0-9._-]{0,253}$' }

/** An amount of bytes. */
export const byteQuantity: JsonSchema = { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$' }

/** Labels or annotations; all values are texts. */
export const textMap: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } }

/** An object of Kubernetes, which the API server knows better than this schema. */
export const openObject: JsonSchema = { type: 'object' }

/** A list of such objects. */
export const openList: JsonSchema = listOf(openObject)

/** How many pods or what share of them may be gone: none would hold up every drain. */
export const podsGone: JsonSchema = {
  anyOf: [
    { type: 'integer', minimum: 1 },
    { type: 'string', pattern: '^(100|[1-9][0-9]?)%$' },
  ],
}

/** How many pods or what share of them must stay: all would hold up every drain. */
export const podsLeft: JsonSchema = {
  anyOf: [
    { type: 'integer', minimum: 0 },
    { type: 'string', pattern: '^[0-9]{1,2}%$' },
  ],
}

/** An amount of processor time or memory. */
const quantity: JsonSchema = { type: ['string', 'number'] }

const quantities: JsonSchema = { type: 'object', additionalProperties: quantity }

/** What a container asks for and may take. */
export const containerResources: JsonSchema = {
  type: 'object',
  properties: { requests: quantities, limits: quantities, claims: openList },
  additionalProperties: false,
}
