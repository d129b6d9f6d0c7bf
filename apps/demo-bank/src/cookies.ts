/** The bank's two cookies: the session's secret and the browser's long-lived id. */
export type BankCookies = { readonly session: string | undefined; readonly device: string | undefined }

/** Reads and writes cookies; over https they carry the `__Host-` prefix and `Secure`, over http (this machine) neither can. */
export type CookieJar = {
  readonly read: (header: string | undefined) => BankCookies
  readonly writeSession: (value: string) => string
  readonly clearSession: () => string
  readonly writeDevice: (value: string) => string
}

const deviceSeconds = 400 * 86_400
const shape = /^[\w-]{16,64}$/

export const createCookieJar = (config: { readonly secure: boolean }): CookieJar => {
  const prefix = config.secure ? '__Host-' : ''
  const attributes = `Path=/; HttpOnly; SameSite=Lax${config.secure ? '; Secure' : ''}`
  const sessionName = `${prefix}bank_session`
  const deviceName = `${prefix}bank_device`
  return {
    read: (header = '') => {
      const pairs = header.split(';').map((pair) => pair.trim().split('='))
      // Two cookies of one name are somebody's trick: then neither counts.
      const valueOf = (name: string): string | undefined => {
        const [found, ...more] = pairs.filter(([key]) => key === name)
        const value = found?.[1]
        return value !== undefined && more.length === 0 && shape.test(value) ? value : undefined
      }
      return { session: valueOf(sessionName), device: valueOf(deviceName) }
    },
    writeSession: (value) => `${sessionName}=${value}; ${attributes}`,
    clearSession: () => `${sessionName}=; ${attributes}; Max-Age=0`,
    writeDevice: (value) => `${deviceName}=${value}; ${attributes}; Max-Age=${deviceSeconds}`,
  }
}
