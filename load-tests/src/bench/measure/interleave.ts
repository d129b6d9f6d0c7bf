/** One measured round of one side. */
export type Round<Sample> = () => Promise<Sample>

/** How often each side is measured. */
export const roundsDefault = 5

/**
 * Measures product and baseline in turn, A B A B, after one unmeasured round of each: what else the machine does then
 * meets both sides alike.
 */
export async function interleave<A, B>(
  product: Round<A>,
  baseline: Round<B>,
  rounds: number = roundsDefault,
): Promise<Readonly<{ product: readonly A[]; baseline: readonly B[] }>> {
  const samples: { product: A[]; baseline: B[] } = { product: [], baseline: [] }
  await product()
  await baseline()
  for (let round = 0; round < rounds; round += 1) {
    samples.product.push(await product())
    samples.baseline.push(await baseline())
  }
  return samples
}
