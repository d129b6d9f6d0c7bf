/** From here on a robust score is an outlier: of a thousand values of a day, 3.5 would be passed by one every few days by chance. */
export const robustScoreMin = 5

/** Values within 28 % of each other (`exp(0.25)`) do not differ by more than that is worth; without it a user who always does the same would be an outlier at any other time. */
const deviationMin = 0.25

/**
 * SQL for the modified z-score of `value` among `values`, an array, both logarithms: `0.6745 (x - median) / MAD`, where 0.6745 makes the median of the
 * absolute deviations that of a normal distribution (B. Iglewicz, D. C. Hoaglin, How to Detect and Handle Outliers, 1993, 3.3).
 */
export function robustScore(value: string, values: string): string {
  return `0.6745 * (${value} - ${median(values)}) / greatest(${median(`arrayMap(each -> abs(each - ${median(values)}), ${values})`)}, ${deviationMin})`
}

export function median(values: string): string {
  return `arrayReduce('medianExact', ${values})`
}
