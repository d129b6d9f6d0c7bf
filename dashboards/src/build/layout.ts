import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard'

const columns = 24

/** Puts sizes one after the other to where they fit highest, and there as far left as they do; `top` is the first row that is free. */
export function placed(sizes: readonly Pick<GridPos, 'w' | 'h'>[], top: number): readonly GridPos[] {
  const depths = Array<number>(columns).fill(top)
  return sizes.map(({ w, h }) => {
    const rows = Array.from({ length: columns - w + 1 }, (_, x) => Math.max(...depths.slice(x, x + w)))
    const y = Math.min(...rows)
    const x = rows.indexOf(y)
    depths.fill(y + h, x, x + w)
    return { x, y, w, h }
  })
}
