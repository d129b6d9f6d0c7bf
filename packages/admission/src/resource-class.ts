/**
 * What a resource is to the second factor: `protected` waits for it, `exempt` does not (the voice of a twin tunnel), and
 * `password-change` is where somebody who must change their password may go once it was given.
 */
export type ResourceClass = 'exempt' | 'password-change' | 'protected'

/** How strict a class is: of two readings of one address the stricter one holds. */
export const resourceStrictness: Readonly<Record<ResourceClass, number>> = {
  exempt: 0,
  'password-change': 1,
  protected: 2,
}
