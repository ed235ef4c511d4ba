import type { MosquittoListener } from './view.js'

/** The spelling of a development branch that never was released: what its writer means is clear all the same. */
export const neverReleased = 'enable_proxy_protocol_v2'

/** The version of the header that a listener reads, or is meant to read. */
export function versionOf(listener: MosquittoListener): 1 | 2 | 'invalid' | undefined {
  return listener.proxy?.value ?? (listener.settings.has(neverReleased) ? 2 : undefined)
}
