import type { ProxyView } from '../config/haproxy/view.js'
import type { Written } from '../config/sourced.js'
import type { BindAt, Hop } from './model.js'

/** A timeout of HAProxy that ends a session in which nobody says anything. */
export interface IdleTimer {
  readonly name: 'client' | 'server' | 'tunnel'
  /** Milliseconds. */
  readonly timeout: Written<number>
  /** The proxy for which it holds. */
  readonly proxy: ProxyView
}

/**
 * The timers of one hop. `timeout tunnel` of the backend takes the place of both others, once bytes have gone both ways or a
 * WebSocket lasts (measured: also with 0, which is no limit).
 */
export function idleTimers({ hop, at }: { readonly hop: Hop; readonly at: BindAt | undefined }): readonly IdleTimer[] {
  const { backend } = hop
  const tunnel = backend.timeouts.get('tunnel')
  if (tunnel !== undefined) return timer('tunnel', tunnel, backend)
  // One that is written with a variable counts as set to something that is not known.
  if (
    backend.conditional &&
    backend.effective.some(({ words }) => words[0]?.text === 'timeout' && words[1]?.text === 'tunnel')
  )
    return []
  return [
    ...(at === undefined ? [] : timer('client', at.proxy.timeouts.get('client'), at.proxy)),
    ...timer('server', backend.timeouts.get('server'), backend),
  ]
}

function timer(name: IdleTimer['name'], timeout: Written<number> | undefined, proxy: ProxyView): readonly IdleTimer[] {
  return timeout === undefined || timeout.value === 0 ? [] : [{ name, timeout, proxy }]
}

/** Milliseconds of silence after which HAProxy ends a connection of this hop; undefined: never, or not known. */
export function idleOf(hop: Hop, at: BindAt | undefined): number | undefined {
  const all = idleTimers({ hop, at }).map((one) => one.timeout.value)
  return all.length === 0 ? undefined : Math.min(...all)
}
