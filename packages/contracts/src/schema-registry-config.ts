import { Type } from 'typebox'

/** Where the schema registry is: the section `schemaRegistry` of a configuration. */
export const schemaRegistrySchema = Type.Object({
  url: Type.Optional(
    Type.String({ minLength: 1, description: 'Where its Confluent API begins; `…/apis/ccompat/v7` of Apicurio' }),
  ),
  username: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
})
