import { avroType } from './avro-type.ts'
import { type Codec, UndecodableError } from './codec.ts'
import { encodeBehind } from './encode-behind.ts'

/**
 * Writes and reads the rows of a state by the text of an Avro schema, without a frame: a stage that changes the schema gives its layout
 * another name, and tells rows of the former one apart by how they begin. The encoder throws for a value that does not fit.
 */
export function createRowCodec<Value>(schema: string): Codec<Value> {
  const type = avroType(schema)
  return {
    encode: (value) => encodeBehind(0, type, value),
    decode(bytes) {
      try {
        return type.fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) as Value
      } catch (cause) {
        throw new UndecodableError('the row does not fit its schema', { cause })
      }
    },
  }
}
