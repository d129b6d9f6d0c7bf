import type { BankApi } from './bank-api.ts'

/** What the page hears of approvals; each is a hint to look. */
export type ApprovalFrame = { readonly type: 'approval-requested' | 'approval-closed'; readonly id: string }

const againMs = 2_000

/** Listens to the questions to a supervisor until it is stopped; after every reconnect the platform begins with what is open. */
export const supervisorChannel = (
  api: BankApi,
  publicUrl: string,
  user: string,
  onFrame: (frame: ApprovalFrame) => void,
): (() => void) => {
  let socket: WebSocket | undefined
  let timer: number | undefined
  let stopped = false

  const connect = async (): Promise<void> => {
    const url = new URL('/v1/subscribe', publicUrl)
    url.protocol = url.protocol.replace('http', 'ws')
    try {
      const ticket = await api.ticket('subscribe')
      if (stopped) return
      socket = new WebSocket(url, ['watchword.v1', `ticket.${ticket}`])
    } catch {
      again()
      return
    }
    socket.addEventListener('open', () => {
      const topic = `watchword.security.mfa?originalIdentity=${encodeURIComponent(user)}`
      socket?.send(JSON.stringify({ type: 'subscribe', topic }))
    })
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as { readonly type: string; readonly id?: string }
      if (frame.type === 'approval-requested' || frame.type === 'approval-closed') onFrame(frame as ApprovalFrame)
    })
    socket.addEventListener('close', again)
  }

  const again = (): void => {
    if (!stopped) timer = window.setTimeout(() => void connect(), againMs)
  }

  void connect()
  return () => {
    stopped = true
    clearTimeout(timer)
    socket?.close()
  }
}
