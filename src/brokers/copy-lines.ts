import type { EntryLine } from '../config/entries.js'
import { executing, type Reach, shortened } from '../config/left-out.js'
import { type ConfigEndpoint, hostOf } from '../kernel/address.js'
import { formatSocketAddress } from '../kernel/socket-address.js'
import type { CertificateRole, CopyTarget } from './copy.js'

/** The same line of the user's file with another value. */
export function changed(one: EntryLine, value: string): EntryLine {
  const { raw: _, ...rest } = one
  return { ...rest, value }
}

/**
 * Leaves a line out, unless it is code that may run. An option that nobody here knows stays without its value: a
 * misspelled one is refused under its own name, a new one opens nothing.
 */
export function leaveEntry(one: EntryLine, reach: Reach | undefined, to: CopyTarget): EntryLine[] {
  if (reach !== undefined && executing.has(reach) && to.allowExec) return [one]
  to.leaveOut({
    span: one.span,
    what: shortened(`${one.key ?? ''} ${one.value ?? ''}`),
    reach: reach ?? 'is not known to mqtt-proxy',
  })
  return []
}

export function certificateLine(one: EntryLine, key: string, to: CopyTarget): EntryLine | undefined {
  const ours = (role: CertificateRole) => changed(one, to.certificate(one.value ?? '', role))
  if (/(^|\.)certfile$/.test(key)) return ours('certificate')
  if (/(^|\.)keyfile$/.test(key)) return ours('key')
  if (/(^|\.)(cacertfile|cafile)$/.test(key)) return ours('client CA')
  return undefined
}

/** `HOST:PORT` or `PORT`, moved. */
export function moved(value: string, to: CopyTarget): string {
  const match = /^(?:(.*):)?(\d+)$/.exec(value)
  if (match === null) return value
  const host = match[1] === undefined ? undefined : hostOf(match[1])
  const endpoint: ConfigEndpoint = { kind: 'tcp', host, port: Number(match[2]) }
  const place = to.place(endpoint)
  return place === undefined ? value : formatSocketAddress(place)
}

/** The port of a place for a port of the files. */
export function movedPort(value: string, to: CopyTarget): string {
  const place = to.place({ kind: 'tcp', host: undefined, port: Number(value) })
  return place === undefined || 'path' in place ? value : String(place.port)
}
