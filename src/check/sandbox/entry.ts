import type { EntryLine } from '../../config/entries.js'
import { type Endpoint, hostOf } from '../../kernel/address.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { certificateFiles } from '../../scenarios/certificates.js'
import { certificate } from './certificates.js'
import { executing, type Reach, shortened } from './left-out.js'
import type { Relocation } from './relocation.js'

/** The same line of the user's file with another value. */
export function changed(one: EntryLine, value: string): EntryLine {
  const { raw: _, ...rest } = one
  return { ...rest, value }
}

/**
 * Leaves a line out, unless it is code that may run. An option that nobody here knows stays without its value: a
 * misspelled one is refused under its own name, a new one opens nothing.
 */
export function leaveEntry(one: EntryLine, reach: Reach | undefined, to: Relocation): EntryLine[] {
  if (reach !== undefined && executing.has(reach) && to.options.allowExec) return [one]
  to.leaveOut({
    span: one.span,
    what: shortened(`${one.key ?? ''} ${one.value ?? ''}`),
    reach: reach ?? 'is not known to mqtt-proxy',
  })
  return []
}

export function certificateLine(one: EntryLine, key: string, to: Relocation): EntryLine | undefined {
  const ours = (file: string) => changed(one, to.certificate(one.value ?? '', certificate(file)))
  if (/(^|\.)certfile$/.test(key)) return ours(certificateFiles.brokerCert)
  if (/(^|\.)keyfile$/.test(key)) return ours(certificateFiles.brokerKey)
  if (/(^|\.)(cacertfile|cafile)$/.test(key)) return ours(certificateFiles.clientCa)
  return undefined
}

/** `HOST:PORT` or `PORT`, moved. */
export function moved(value: string, to: Relocation): string {
  const match = /^(?:(.*):)?(\d+)$/.exec(value)
  if (match === null) return value
  const host = match[1] === undefined ? undefined : hostOf(match[1])
  const endpoint: Endpoint = { kind: 'tcp', host, port: Number(match[2]) }
  const place = to.place(endpoint, 'broker')
  return place === undefined ? value : formatSocketAddress(place)
}

/** The port of a place for a port of the files. */
export function movedPort(value: string, to: Relocation): string {
  const place = to.place({ kind: 'tcp', host: undefined, port: Number(value) }, 'broker')
  return place === undefined || 'path' in place ? value : String(place.port)
}
