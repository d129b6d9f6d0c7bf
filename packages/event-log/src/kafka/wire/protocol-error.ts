/** Something that this build does not know of the protocol: a format, an algorithm, a version. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code = 'protocol-unknown'
}
