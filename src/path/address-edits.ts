import { hostOf } from '../kernel/address.js'
import type { TextEdit } from '../kernel/result.js'
import { replaceAt } from './edits.js'
import type { Listener } from './listener.js'

/** Moves a listener to another port, its address stays. */
export function setPort(listener: Listener, port: number | undefined): TextEdit | undefined {
  const { line } = listener.origin.listener
  if (port === undefined || line?.value === undefined || line.valueSpan === undefined) return undefined
  if (listener.endpoint.kind !== 'tcp' || listener.endpoint.port === undefined) return undefined
  const old = String(listener.endpoint.port)
  const at = listener.origin.broker === 'mosquitto' ? line.value.indexOf(old) : line.value.lastIndexOf(old)
  if (at < 0) return undefined
  const column = line.valueSpan.column + at
  return replaceAt({ ...line.valueSpan, column, endColumn: column + old.length }, String(port))
}

/** Binds a listener to the loopback address, its port stays. */
export function setLoopback(listener: Listener): TextEdit | undefined {
  const { origin, endpoint } = listener
  const { line } = origin.listener
  if (endpoint.kind !== 'tcp' || endpoint.port === undefined || line?.value === undefined) return undefined
  if (line.valueSpan === undefined || line.key === 'port') return undefined
  if (origin.broker === 'mosquitto') {
    const [port = '', ...rest] = line.value.split(/ +/)
    const kept = rest[0] !== undefined && hostOf(rest[0]) === undefined ? rest.slice(1) : rest
    return replaceAt(line.valueSpan, [port, '127.0.0.1', ...kept].join(' '))
  }
  return replaceAt(line.valueSpan, `127.0.0.1:${endpoint.port}`)
}
