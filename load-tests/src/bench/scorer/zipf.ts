/** Numbers from 0 to `count` - 1, the first the most frequent: number k comes 1 / (k + 1) ** exponent as often as number 0. */
export function createZipf(count: number, exponent: number, random: () => number): () => number {
  const upTo = new Float64Array(count)
  let sum = 0
  for (let number = 0; number < count; number += 1) {
    sum += 1 / (number + 1) ** exponent
    upTo[number] = sum
  }
  return () => {
    const wanted = random() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((upTo[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
