import { canonicalComponents, type Components } from './canonical-components.ts'

/** What the page hands to its backend, which reports it with its activities. */
export type BrowserContext = {
  /** `fp-` and a SHA-256 over a modest set; absent where the page is not a secure context. */
  readonly fingerprint?: string
  /** IANA name. */
  readonly timeZone: string
  readonly languages: readonly string[]
}

type AgentData = {
  readonly platform?: string
  readonly mobile?: boolean
  readonly brands?: readonly { brand: string }[]
}

/** Collects passively: no canvas, no fonts, no permission, nothing stored, no versions, since updates change them. */
export const collectContext = async (): Promise<BrowserContext> => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const languages = [...navigator.languages]
  const agent = (navigator as { readonly userAgentData?: AgentData }).userAgentData
  const components: Components = {
    platform: agent?.platform ?? navigator.platform,
    mobile: agent?.mobile,
    brands: agent?.brands
      ?.map(({ brand }) => brand)
      // Chromium adds a made-up brand, another one in each version.
      .filter((brand) => !/not.*brand/i.test(brand))
      .toSorted(),
    screen: [screen.width, screen.height].toSorted((first, second) => first - second).join('x'),
    colorDepth: screen.colorDepth,
    processors: navigator.hardwareConcurrency,
    touchPoints: navigator.maxTouchPoints,
    timeZone,
    languages,
  }
  const fingerprint = await digest(canonicalComponents(components))
  return { ...(fingerprint === undefined ? {} : { fingerprint }), timeZone, languages }
}

const digest = async (text: string): Promise<string | undefined> => {
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto }
  if (subtle === undefined) return undefined
  const bytes = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return `fp-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
